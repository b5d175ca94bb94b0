/**
 * What is not compared bit for bit but measured: how far the transcendental functions of the x87 unit are from the host's, in
 * units in the last place, and how far the approximations of RCPPS and RSQRTPS are from the true quotient and root.
 */
import { reciprocalOf, reciprocalRootOf } from "../../emulator/cpu/approximations.ts";
import type { Row } from "../../emulator/isa/instruction.ts";
import { compare, distribution } from "./x87-compare.ts";
import { MOST_RECORDS, onCor, onHost, subjects } from "./x87-host.ts";
import { makeRecords } from "./x87-records.ts";

export interface Measurement {
  readonly lines: readonly string[];
  /** What differs by more than is documented. */
  readonly mismatches: readonly string[];
  /** How often each row was executed. */
  readonly executed: ReadonlyMap<Row, number>;
}

/** More units in the last place than this are a mismatch. */
const DOCUMENTED_ULPS = 1;

/** F2XM1 to FSINCOS on host and Cor, record by record (x87-host.ts): everything but the last place is compared. */
export function measureTranscendentals(seed: number): Measurement {
  const list = subjects([0]).filter(({ row }) => row.cost === "x87-transcendental");
  const each = Math.floor(MOST_RECORDS / list.length);
  const records = makeRecords(list, each, seed + 1);
  const { mismatches, shown, ulps } = compare(list, each, [
    records,
    onHost(list, each, records),
    onCor(list, each, records),
  ]);
  const far = [...ulps].flatMap(([mnemonic, counts]) => {
    const beyond = counts.slice(DOCUMENTED_ULPS + 1).reduce((sum, count) => sum + count, 0);
    return beyond > 0 ? [`${mnemonic}: ${beyond} results more than ${DOCUMENTED_ULPS} unit in the last place off`] : [];
  });
  const unexplained = mismatches > shown.length ? [`and ${mismatches - shown.length} more records`] : [];
  return {
    lines: [
      `Transcendental functions, ${each} records of each, how far from the host's:`,
      ...distribution(ulps)
        .split("\n")
        .map((line) => `  ${line}`),
    ],
    mismatches: [...shown, ...unexplained, ...far],
    executed: new Map(list.map(({ row }) => [row, each])),
  };
}

/** vol. 2, RCPPS: the relative error is at most so much. */
const LIMIT = 1.5 * 2 ** -12;
/** Operands measured in each power of two: every fraction that the tables tell apart, and four between them. */
const STEPS = 4 * 4096;

/** Relative errors of RCPSS and RSQRTSS over two powers of two, and at the ends of the range. */
export function measureApproximations(): Measurement {
  const single = new Float32Array(1);
  const word = new Uint32Array(single.buffer);
  const approximate = (operation: (x: number) => number, x: number): [operand: number, result: number] => {
    single[0] = x;
    const operand = single[0]!;
    word[0] = operation(word[0]!);
    return [operand, single[0]!];
  };
  const lines = [`Approximations, relative error (at most ${LIMIT.toExponential(3)}):`];
  const mismatches: string[] = [];
  for (const [name, operation, exact] of [
    ["rcp", reciprocalOf, (x: number) => 1 / x],
    ["rsqrt", reciprocalRootOf, (x: number) => 1 / Math.sqrt(x)],
  ] as const) {
    const errors: number[] = [];
    for (const scale of [1, 2, 2 ** -126, 2 ** 124])
      for (let step = 0; step < STEPS; step++) {
        const [x, result] = approximate(operation, (1 + step / STEPS) * scale);
        errors.push(Math.abs(result / exact(x) - 1));
      }
    const share = (limit: number) =>
      ((100 * errors.filter((error) => error <= limit).length) / errors.length).toFixed(1);
    const worst = Math.max(...errors);
    const shares = [16, 15, 14, 13, 12].map((bits) => `≤ 2^-${bits} ${share(2 ** -bits)} %`);
    lines.push(
      `  ${name.padEnd(6)} ${errors.length} operands: ${shares.join(", ")}; the worst ${worst.toExponential(3)}`,
    );
    if (worst > LIMIT) mismatches.push(`${name}: a relative error of ${worst}`);
  }
  return { lines, mismatches, executed: new Map() };
}
