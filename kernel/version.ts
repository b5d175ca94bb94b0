/** The version the kernel says at boot: the package's. */
import pkg from "../package.json" with { type: "json" };

export const version: string = pkg.version;
