/** How serious a state is. */
export type Tone = 'critical' | 'warning' | 'good' | 'quiet';
