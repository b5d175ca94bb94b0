// The 8042: a microcontroller between the keyboard and the PC, with two ports. It translates what keyboards send, has a second
// channel for a mouse, and of the pins it had left in 1984 one resets the processor. (IBM PC/AT Technical Reference, "Keyboard
// controller"; IBM PS/2 Hardware Interface Technical Reference)
const data = claimPorts(0x60, 1);
const command = claimPorts(0x64, 1);

const STATUS_FULL: u8 = 1;
/** What we wrote was not taken yet. */
const STATUS_BUSY: u8 = 2;
const STATUS_MOUSE: u8 = 0x20;
const READ_MODE: u8 = 0x20;
const WRITE_MODE: u8 = 0x60;
const DISABLE_MOUSE: u8 = 0xa7;
const DISABLE_KEYBOARD: u8 = 0xad;
const ENABLE_KEYBOARD: u8 = 0xae;
const PULSE_RESET: u8 = 0xfe;
const MODE_INTERRUPT: u8 = 0x01;
const MODE_MOUSE_INTERRUPT: u8 = 0x02;
const MODE_KEYBOARD_OFF: u8 = 0x10;
const MODE_TRANSLATE: u8 = 0x40;
/** The keyboard's own: set its lights. */
const SET_LIGHTS: u8 = 0xed;
const ABSENT: u8 = 0xff;
const LOOKS: u32 = 100_000;
const MOST_LEFT: u32 = 64;

function waitFree(): boolean {
  for (let looks: u32 = 0; looks < LOOKS; looks++) if ((command.in8(0) & STATUS_BUSY) === 0) return true;
  return false;
}

function send(value: u8): void {
  if (waitFree()) command.out8(0, value);
}

function sendData(value: u8): void {
  if (waitFree()) data.out8(0, value);
}

/** The next byte, or 0 when none comes. */
function receive(): u8 {
  for (let looks: u32 = 0; looks < LOOKS; looks++) if ((command.in8(0) & STATUS_FULL) !== 0) return data.in8(0);
  return 0;
}

/** Interrupts and translation to scan code set 1 on, mouse off. ENODEV where there is no controller. */
export function startController(): Res<void> {
  if (command.in8(0) === ABSENT) return err(Errno.ENODEV);
  send(DISABLE_KEYBOARD);
  send(DISABLE_MOUSE);
  for (let n: u32 = 0; n < MOST_LEFT && (command.in8(0) & STATUS_FULL) !== 0; n++) data.in8(0);
  send(READ_MODE);
  const mode = receive();
  send(WRITE_MODE);
  sendData((mode | MODE_INTERRUPT | MODE_TRANSLATE) & ~(MODE_MOUSE_INTERRUPT | MODE_KEYBOARD_OFF));
  send(ENABLE_KEYBOARD);
}

/** A byte of the keyboard, or 0 when there is none. */
export function takeScanCode(): u8 {
  attr(irqSafe);
  const status = command.in8(0);
  if ((status & STATUS_FULL) === 0) return 0;
  const value = data.in8(0);
  return (status & STATUS_MOUSE) === 0 ? value : 0;
}

/** Scroll lock 1, num lock 2, caps lock 4. The keyboard acknowledges each byte, which is not waited for. */
export function setLights(lights: u8): void {
  attr(irqSafe);
  sendData(SET_LIGHTS);
  sendData(lights);
}

/** Pulls the processor's reset pin. */
export function resetByController(): void {
  send(PULSE_RESET);
}
