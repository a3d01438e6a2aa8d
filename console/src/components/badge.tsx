/** A state in words, with a colour and a shape: never a colour alone. */
import type { ComponentChildren } from 'preact';
import { common } from '../i18n/common.ts';
import type { Tone } from './tone.ts';

export type { Tone };

const SHAPES: Readonly<Record<Tone, string>> = { critical: '▲', warning: '◆', good: '●', quiet: '○' };

export const Badge = ({ tone, children }: { tone: Tone; children: ComponentChildren }) => (
  <span class={`badge badge-${tone}`}>
    <span aria-hidden="true">{SHAPES[tone]}</span> {children}
  </span>
);

/** A number beside its threshold. */
export const Measure = ({ tone, value, limit }: { tone: Tone; value: string; limit: string }) => (
  <Badge tone={tone}>{common().limit(value, limit)}</Badge>
);
