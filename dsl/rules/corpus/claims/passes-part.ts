const serial = claimPorts(0x3f8, 8);

function modem(control: Ports<2>): u8 {
  return control.in8(0) | control.in8(1);
}

export function main(): void {
  serial.out8(0, modem(serial.part(4, 2)));
}
