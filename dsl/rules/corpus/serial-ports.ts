/** The owner of the first serial port's registers. */
export const serial = claimPorts(0x3f8, 8);
