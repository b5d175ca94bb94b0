// What the class codes of PCI mean, for people. (PCI Code and ID Assignment 1.11)

/** By base class and subclass. */
export function className(code: u32): string {
  switch (u16(code >> 8)) {
    case 0x0100:
      return "SCSI controller";
    case 0x0101:
      return "IDE controller";
    case 0x0106:
      return "SATA controller";
    case 0x0108:
      return "NVMe controller";
    case 0x0200:
      return "network card";
    case 0x0300:
      return "VGA adapter";
    case 0x0403:
      return "audio device";
    case 0x0500:
      return "memory";
    case 0x0600:
      return "host bridge";
    case 0x0601:
      return "ISA bridge";
    case 0x0604:
      return "PCI bridge";
    case 0x0680:
      return "bridge";
    case 0x0700:
      return "serial port";
    case 0x0780:
      return "communication device";
    case 0x0c03:
      return "USB controller";
    case 0x0c05:
      return "SMBus";
    case 0x00ff:
      return "device without a class";
    default:
      return "device";
  }
}
