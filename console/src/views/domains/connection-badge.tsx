/** Whether a domain is connected. */
import { Badge, type Tone } from '../../components/badge.tsx';
import type { Domain } from './last-end.ts';
import { domainWords } from './words.ts';

type State = Domain['session']['state'];

const TONES: Readonly<Record<State, Tone>> = {
  connected: 'good',
  connecting: 'warning',
  disconnected: 'critical',
  'never-connected': 'quiet',
};

export const ConnectionBadge = ({ state }: { state: State }) => (
  <Badge tone={TONES[state]}>{domainWords().states[state]}</Badge>
);
