/** The whole instruction table, for who goes through all of it anyway: tests and generators. */
import type { Row } from "./instruction.ts";
import { allRows } from "./table.ts";

/** `rows[i].id === i`. */
export const rows: readonly Row[] = allRows();
