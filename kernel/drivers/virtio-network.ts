// The network card of virtual machines. For now it is found and its address is read; packets come with the network.
// (Virtual I/O Device 1.2, 5.1)
import type { PciFunction } from "./pci.ts";
import { Virtio } from "./virtio.ts";

const F_MAC: u64 = 1 << 5;

class Configuration {
  readonly mac: Arr<Vol<u8>, 6>;
}

const card = zeroed<Virtio>();

/** ENODEV, ENXIO, ENOMEM, EIO. */
export function startVirtioNetwork(it: Ptr<PciFunction>): Res<void> {
  print`this is a virtio NIC\n`;
  orReturn(card.find(it));
  orReturn(card.begin(F_MAC));
  if (!card.has(F_MAC)) return;
  const configuration = orReturn(card.configuration<Configuration>());
  print`its address is `;
  for (let i: u32 = 0; i < 6; i++) {
    const octet = configuration.mac[i];
    print`${hexDigit(octet >> 4)}${hexDigit(octet & 15)}${i < 5 ? ":" : "\n"}`;
  }
  // Without queues it must not run.
  orReturn(card.reset());
}

function hexDigit(value: u8): string {
  const digits = "0123456789abcdef";
  return digits.sub(usize(value), usize(value) + 1);
}
