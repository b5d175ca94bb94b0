/**
 * The scenarios of features/, on two machines: profile "default" runs them on Cor, profile "qemu" on qemu-system-x86_64.
 * Same steps, same scenarios; where QEMU is not installed, its profile skips them and says so.
 */
const common = {
  import: ["features/support/**/*.ts", "features/steps/**/*.ts"],
  paths: ["features/**/*.feature"],
  parallel: 2,
};
// The HTML report shows what failed scenarios left behind: serial line, registers, screen.
const report = (machine) => ["progress", `html:build/features-${machine}.html`];

export default { ...common, format: report("cor"), worldParameters: { machine: "cor" } };
export const qemu = { ...common, format: report("qemu"), worldParameters: { machine: "qemu" } };
