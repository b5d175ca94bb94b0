/** Cor's version, as package.json has it (version.test.ts watches that). */
export const version = "0.1.0";
