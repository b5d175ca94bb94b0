// The same as in package.json; a test looks.
export const VERSION = "0.1.0";
