/** Where QEMU 7.2 differs in the kernel "paging32": what Cor says, what QEMU says (null: the case ends its run), by the manual's sections. */
import type { DifferenceGroup } from "../difference.ts";

export const paging32Differences: readonly DifferenceGroup[] = [
  {
    manual: "vol. 3, 4.7: bit 1 says that the access was a write, which a read for ownership of a read-modify-write is",
    cases: {
      "32-bit, ring 0, read and write of an absent page": [
        "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "32-bit, ring 0, read and write of an absent directory entry": [
        "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "32-bit, ring 0 and WP, read and write of an absent page": [
        "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "32-bit, ring 0 and WP, read and write of an absent directory entry": [
        "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "32-bit, ring 3, read and write of an absent page": [
        "#PF(0006) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(0004) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "32-bit, ring 3, read and write of an absent directory entry": [
        "#PF(0006) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(0004) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "32-bit, ring 3, read and write of a supervisor's page": [
        "#PF(0007) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(0005) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "32-bit, ring 3, read and write of a supervisor's read-only page": [
        "#PF(0007) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(0005) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "32-bit, ring 3, read and write of a page of a supervisor's directory entry": [
        "#PF(0007) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(0005) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "32-bit, ring 0, SMEP and SMAP, read and write of an absent page": [
        "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "32-bit, ring 0, SMEP and SMAP, read and write of an absent directory entry": [
        "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "32-bit, ring 0, SMEP and SMAP, read and write of a user's page": [
        "#PF(0003) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0001) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "32-bit, ring 0, SMEP and SMAP, read and write of a user's read-only page": [
        "#PF(0003) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0001) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "32-bit, ring 0, SMEP and SMAP, read and write of a page of a read-only directory entry": [
        "#PF(0003) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0001) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "32-bit, ring 0, SMEP, SMAP and AC, read and write of an absent page": [
        "#PF(0002) at=0000 cs=0008 fl=040000 cr2=00600000",
        "#PF(0000) at=0000 cs=0008 fl=040000 cr2=00600000",
      ],
      "32-bit, ring 0, SMEP, SMAP and AC, read and write of an absent directory entry": [
        "#PF(0002) at=0000 cs=0008 fl=040000 cr2=00600000",
        "#PF(0000) at=0000 cs=0008 fl=040000 cr2=00600000",
      ],
      "PAE, ring 0, read and write of an absent page": [
        "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, ring 0, read and write of an absent directory entry": [
        "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, ring 0 and WP, read and write of an absent page": [
        "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, ring 0 and WP, read and write of an absent directory entry": [
        "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, ring 3, read and write of an absent page": [
        "#PF(0006) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(0004) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, ring 3, read and write of an absent directory entry": [
        "#PF(0006) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(0004) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, ring 3, read and write of a supervisor's page": [
        "#PF(0007) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(0005) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, ring 3, read and write of a supervisor's read-only page": [
        "#PF(0007) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(0005) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, ring 3, read and write of a page of a supervisor's directory entry": [
        "#PF(0007) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(0005) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, ring 0, SMEP and SMAP, read and write of an absent page": [
        "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, ring 0, SMEP and SMAP, read and write of an absent directory entry": [
        "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, ring 0, SMEP and SMAP, read and write of a user's page": [
        "#PF(0003) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0001) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, ring 0, SMEP and SMAP, read and write of a user's read-only page": [
        "#PF(0003) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0001) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, ring 0, SMEP and SMAP, read and write of a page of a read-only directory entry": [
        "#PF(0003) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0001) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, ring 0, SMEP, SMAP and AC, read and write of an absent page": [
        "#PF(0002) at=0000 cs=0008 fl=040000 cr2=00600000",
        "#PF(0000) at=0000 cs=0008 fl=040000 cr2=00600000",
      ],
      "PAE, ring 0, SMEP, SMAP and AC, read and write of an absent directory entry": [
        "#PF(0002) at=0000 cs=0008 fl=040000 cr2=00600000",
        "#PF(0000) at=0000 cs=0008 fl=040000 cr2=00600000",
      ],
    },
  },
];
