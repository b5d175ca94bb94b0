/**
 * Debian's kernel, started behind our firmware: it takes our ACPI tables without a complaint, runs a shell, and switches the
 * machine off by them. The same kernel on QEMU, behind SeaBIOS, says which lines a person should see. Takes minutes.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { cor } from "../cli/testing/cor.ts";
import { Qemu, withoutQemu } from "../disks/testing/qemu.ts";
import { fetchDebian, initialRoot } from "./testing/debian.ts";

const debian = fetchDebian();
const skip = typeof debian === "string" ? debian : false;
const folder = mkdtempSync(join(tmpdir(), "cor-debian-"));
after(() => rmSync(folder, { recursive: true }));

const init = `#!/busybox sh
/busybox mkdir -p /proc /sys
/busybox mount -t proc proc /proc
/busybox mount -t sysfs sysfs /sys
echo "init speaks"
/busybox uname -srm
echo $((6 * 7))
echo "$(/busybox ls /)"
echo "root pointer: $(/busybox dmesg | /busybox grep -c 'ACPI: RSDP 0x')"
echo "complaints: $(/busybox dmesg | /busybox grep -iE 'ACPI.*(error|warning|exception)|firmware bug|bios bug|RSDP was not')"
echo "interrupts: $(/busybox grep -oE 'IO-APIC +9-fasteoi +acpi' /proc/interrupts | /busybox tr -s ' ')"
echo "init has spoken"
# What the terminal still holds would be lost.
/busybox sleep 2
/busybox poweroff -f
`;

const commandLine = "console=ttyS0 quiet";
const lines = (serial: string): string => {
  const text = serial.replaceAll("\r", "");
  return text.slice(text.indexOf("init speaks"), text.indexOf("init has spoken"));
};

test("Debian's kernel boots on Cor to a shell, and switches it off through ACPI", { skip }, async (context) => {
  if (typeof debian === "string") return;
  const initrd = join(folder, "initrd.cpio");
  writeFileSync(initrd, initialRoot({ busybox: debian.busybox, init: new TextEncoder().encode(init) }));
  const files = ["--kernel", debian.kernel, "--initrd", initrd];
  const { code, stdout, stderr } = await cor(["run", "--memory", "256", ...files, "--append", commandLine]);
  assert.equal(code, 0, stdout + stderr);
  const seen = lines(stdout);
  assert.match(seen, /^init speaks\nLinux 6\..* x86_64\n42\n/);
  assert.match(seen, /^root pointer: 1$/m);
  assert.match(seen, /^complaints: $/m);
  assert.match(seen, /^interrupts: IO-APIC 9-fasteoi acpi$/m);

  await context.test("as on QEMU", { skip: withoutQemu }, async () => {
    const kernel = debian.kernel;
    await using qemu = new Qemu("-m", "256", "-kernel", kernel, "-initrd", initrd, "-append", commandLine);
    await qemu.sees("init has spoken");
    assert.equal(await qemu.ends(), 0);
    assert.equal(seen, lines(qemu.serial));
  });
});
