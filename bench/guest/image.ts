/** The guest as a disk image that boots on every PC: the workloads, and under them what our compiler made of the kernels in the small. */
import { diskImage } from "../../disks/build.ts";
import { compileTwins } from "../compiler/twins.ts";
import { compute } from "./compute.ts";
import { guestKernel, type Workload } from "./frame.ts";
import { guestKernel32, type Workload32 } from "./frame32.ts";
import { system } from "./system.ts";
import { vectors } from "./vectors.ts";

export const workloads: readonly Workload[] = [...compute, ...vectors, ...system];

/** Builds the disk image whose kernel runs these workloads in this order and then halts. */
export const workloadDisk = (chosen: readonly Workload[]): Uint8Array => diskImage(workloadKernel(chosen));

/** The same kernel as an ELF file for PVH loaders. */
export function workloadKernel(chosen: readonly Workload[]): Uint8Array {
  return guestKernel(chosen, [compileTwins()]);
}

/** The same for workloads of 32-bit code. */
export const workloadDisk32 = (chosen: readonly Workload32[]): Uint8Array => diskImage(guestKernel32(chosen));
