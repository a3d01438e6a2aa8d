/** A number of a problem with its threshold. */
import { Measure, type Tone } from '../../components/badge.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { formatDuration } from '../../format/times.ts';
import { type ProblemMeasure, unitOf } from './problem-facts.ts';
import { problemWords } from './words.ts';

const named = (texts: object, name: string): string => (texts as Record<string, string>)[name] ?? name;

export const measureName = ({ name }: ProblemMeasure): string => named(problemWords().measureNames, name);

/** The source of the threshold in words. */
export const thresholdFrom = ({ from }: ProblemMeasure): string => named(problemWords().thresholdFrom, from);

const formatMeasure = (name: string, value: number): string => {
  const unit = unitOf(name);
  if (unit === 'hours') return formatDuration(value * 3600);
  if (unit === 'days')
    return formatNumber(Math.floor(value), { style: 'unit', unit: 'day', unitDisplay: 'long' });
  return formatNumber(value);
};

export const MeasureBadge = ({ measure, tone }: { measure: ProblemMeasure; tone: Tone }) => (
  <Measure
    tone={tone}
    value={formatMeasure(measure.name, measure.value)}
    limit={formatMeasure(measure.name, measure.threshold)}
  />
);
