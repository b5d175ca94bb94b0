/**
 * What a machine's state is made of. Every part that holds state the guest can observe is a `Section`: it says under
 * which name and gives plain data (numbers, strings, booleans, typed arrays, arrays and records of these), from the
 * first day, beside the state itself. A snapshot is all sections of a machine, and restoring is giving them back.
 */

export type Plain =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Plain[]
  | { readonly [key: string]: Plain };

export interface Section<Saved extends Plain = Plain> {
  /** Unique in the machine: "pic", "uart.com1". */
  readonly section: string;
  save(): Saved;
  /** Accepts what `save` gave. */
  restore(saved: Saved): void;
}
