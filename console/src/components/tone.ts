/** The meaning of a state; `components/badge.tsx` gives each tone its shape and colour. */
export type Tone = 'critical' | 'warning' | 'good' | 'quiet';
