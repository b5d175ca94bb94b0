/**
 * Random bytes, random valid instructions and damaged programs executed in every mode and under every kind of paging, with
 * random page tables, descriptor tables and control registers, timers running and devices at every port: 10⁹ instructions.
 * New seeds each day.
 */
import { test } from "node:test";
import { hunt } from "./hunt.ts";

const INSTRUCTIONS = 1_000_000_000;
const today = Math.floor(Date.now() / 86_400_000);

test("a thousand million hostile instructions do not hurt the host", async (context) => {
  const report = await hunt(today * 10_000, INSTRUCTIONS, (count) =>
    context.diagnostic(`${Math.round(count / 1e6)} million instructions`),
  );
  for (const line of report.split("\n")) context.diagnostic(line);
});
