/** Where QEMU 7.2 differs in the kernel "ports": what Cor says, what QEMU says (null: the case ends its run), by the manual's sections. */
import type { DifferenceGroup } from "../difference.ts";

export const portsDifferences: readonly DifferenceGroup[] = [];
