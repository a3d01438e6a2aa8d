/** How good or bad something is. `quiet` is neither. */
export type Tone = 'critical' | 'warning' | 'good' | 'quiet';
