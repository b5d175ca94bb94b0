/** How much of a processor's time is modelled: "exact" adds a branch predictor (interpreter/predictor.ts) to what cost.ts says. */
export const timingModels = ["simple", "exact"] as const;
export type TimingModel = (typeof timingModels)[number];
