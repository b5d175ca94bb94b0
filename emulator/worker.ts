/**
 * Where the machine's thread begins: with Node's compile cache on, which every thread has to ask for itself before it loads
 * anything else. Without it each start would strip the types of every module again, which costs more than the boot.
 */
import { enableCompileCache } from "node:module";

enableCompileCache();
await import("./machine-runner.ts");
