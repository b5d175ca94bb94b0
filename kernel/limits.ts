// Every limit of the kernel, in one place.

/** Orders of the frame allocator: blocks of 1, 2, 4 … 1024 frames, 4 KiB to 4 MiB. */
export const ORDERS = 11;
/** Caches that can give frames back when there are none. */
export const SHRINKERS = 8;
/** Of all frames, one in so many is kept for the kernel when programs ask for memory. */
export const RESERVE_SHARE = 64;

/** Processors. */
export const CPUS = 1;

/** Bytes, whole pages; under each stack lies a page that is not mapped. */
export const TASK_STACK_BYTES = 16384;
/** Of the three interrupt stacks: double fault, NMI, machine check. */
export const INTERRUPT_STACK_BYTES = 8192;

/** Regions of the memory map that are kept; what a loader says beyond them is dropped. (boot/limits.ts) */
export const MEMORY_REGIONS = 64;
/** Bytes, with the zero at the end; longer ones are cut. (boot/limits.ts) */
export const COMMAND_LINE_BYTES = 256;
export const LOADER_NAME_BYTES = 64;

/** Bytes that the kernel remembers of what it said; a power of two. */
export const LOG_BYTES = 65536;
/** Where the log goes besides. */
export const LOG_SINKS = 4;

/** Handlers of interrupts; at most 64, a bit for each. */
export const HANDLERS = 48;

/** Regions of one address space. */
export const SPACE_REGIONS = 4096;
/** Bytes that a program's stack may grow to. */
export const USER_STACK_BYTES = 8388608;

/** Processes at a time. Their numbers find them by the lowest bits, so this is a power of two. */
export const PROCESSES = 1024;
/** Tasks at a time: threads of all processes, and the kernel's own. */
export const TASKS = 4096;
/** Deadlines at a time: each task's, each process's alarm, and one that is not used. */
export const DEADLINES = 5121;
/** Numbers of processes and threads are below this; then they begin again. */
export const IDS = 4194304;
/** Threads of one process. */
export const THREADS = 256;
/** Wait queues that futexes share; a power of two. */
export const FUTEX_QUEUES = 64;
/** Interpreters of interpreters of scripts. */
export const SCRIPTS = 4;

/** Kernel stacks, one for each task. */
export const STACKS = 4096;
