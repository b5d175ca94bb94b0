class Time {
  seconds: u64;
}
function sysTime(to: User<Time>): Res<void> {
  to.seconds = 5;
  // <- rule, tsc: to is an address in a user program
}
export function main(to: User<Time>): void {
  ignore(sysTime(to), "a trial");
}
