/** How a state is meant; `components/badge.tsx` gives each its shape and colour. */
export type Tone = 'critical' | 'warning' | 'good' | 'quiet';
