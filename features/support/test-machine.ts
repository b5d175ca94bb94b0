/**
 * What a scenario needs of a machine, be it Cor or QEMU: a serial line to read and type at, and evidence when something
 * went wrong. Output is read like a person reads it: what was seen once is not looked at again.
 */

/** What the machine starts from. */
export type Medium = "disk" | "CD" | "kernel" | "GRUB";

/** A drive besides the one that the machine starts from. */
export interface ExtraDisk {
  readonly image: Uint8Array;
  readonly interface: "ide" | "virtio";
  readonly readonly: boolean;
}

export interface MachineSetup {
  readonly medium: Medium;
  /** How the disk that it starts from is connected. */
  readonly bootInterface: "ide" | "virtio";
  /** The disk, if it is not Cor's own: its bytes, or a file that keeps what is written. */
  readonly bootDisk: Uint8Array | string | null;
  readonly bootReadonly: boolean;
  readonly disks: readonly ExtraDisk[];
  /** A virtio network card, without a cable. */
  readonly network: boolean;
  /** MiB */
  readonly memory: number;
  /** The kernel's command line; with the media "kernel" and "GRUB" only. */
  readonly commandLine: string;
}

/** Something for the report of a failed scenario. */
export interface Evidence {
  readonly name: string;
  readonly mediaType: "text/plain" | "image/png";
  readonly body: string | Buffer;
}

export interface TestMachine {
  /** Everything the serial line has said, with line ends as "\n". */
  readonly serial: string;
  /** Lets the machine run until the serial line says `text`, after what was seen last. Throws when it does not. */
  see(text: string): Promise<void>;
  /** Types at the serial terminal; on Cor, at the very instruction at which the text seen last was complete. */
  type(text: string): void;
  /** Types at the machine's own keyboard. */
  press(text: string): Promise<void>;
  /** Lets the machine run until its screen shows `text`. Throws when it does not. */
  seeOnScreen(text: string): Promise<void>;
  /** Lets the machine run until it ends by itself; says how: "power-off", "debug-exit CODE", …. Throws when it does not. */
  end(): Promise<string>;
  evidence(): Promise<Evidence[]>;
  close(): Promise<void>;
}

/** Where `text` ends in `log` at or after `from`, or -1. */
export function findEnd(log: string, text: string, from: number): number {
  const at = log.indexOf(text, from);
  return at < 0 ? -1 : at + text.length;
}
