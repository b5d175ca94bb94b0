/** A documented difference between Cor and QEMU: what each says in one case, and what the manual says about it. */
export interface Difference {
  readonly cor: string;
  /** Null: the case would end QEMU's run, and is left out there. */
  readonly qemu: string | null;
  /** Section of the SDM, and what it says. */
  readonly manual: string;
}

/** Differences that one sentence of the manual decides: by case, what Cor and QEMU say. */
export interface DifferenceGroup {
  readonly manual: string;
  readonly cases: Readonly<Record<string, readonly [cor: string, qemu: string | null]>>;
}

export type Differences = Readonly<Record<string, Difference>>;

/** The groups of a kernel, by case. */
export function byCase(groups: readonly DifferenceGroup[]): Differences {
  const all: Record<string, Difference> = {};
  for (const { manual, cases } of groups)
    for (const [label, [cor, qemu]] of Object.entries(cases)) all[label] = { cor, qemu, manual };
  return all;
}
