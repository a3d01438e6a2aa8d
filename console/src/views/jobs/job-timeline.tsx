/** The states of a job in the order of time: a bar for the eye, and the same as a list. */
import { formatDuration, formatSecond, now } from '../../format/times.ts';
import { textOf } from '../../format/values.ts';
import type { DomainZone } from '../../format/zone.ts';
import { resultOf } from './job-state.ts';
import { oneJobWords } from './job-words.ts';
import { type Report, runsOf, type Step } from './timeline.ts';
import { jobWords } from './words.ts';

const nameOf = ({ state, outcome, status }: Step): string => {
  const text = jobWords();
  const name = (text.states as Readonly<Record<string, string>>)[state] ?? state;
  if (outcome === 'running') return name;
  return text.withStatus(`${name}: ${text.results[resultOf({ outcome })]}`, textOf(status));
};

const Bar = ({ steps }: { steps: readonly Step[] }) => (
  <div class="timeline-bar" aria-hidden="true">
    {steps
      .filter(({ share }) => share > 0)
      .map((step) => (
        <span key={step.from} class={`timeline-${step.state.toLowerCase()}`} style={{ flexGrow: step.share }}>
          {nameOf(step)}
        </span>
      ))}
  </div>
);

const StepLine = ({ step, domain }: { step: Step; domain: DomainZone | undefined }) => {
  const text = oneJobWords();
  const name = nameOf(step);
  return (
    <li>
      <time dateTime={step.from}>{formatSecond(step.from, domain)}</time>{' '}
      <strong>{step.seconds > 0 ? text.step(name, formatDuration(step.seconds)) : name}</strong>
      {step.seconds > 0 && step.to === undefined && <span> {text.stillNow}</span>}
      {step.repeatedAt && (
        <span class="quiet"> ({text.repeated(formatSecond(step.repeatedAt, domain))})</span>
      )}
    </li>
  );
};

interface JobTimelineProps {
  readonly reports: readonly Report[];
  readonly domain: DomainZone | undefined;
}

export const JobTimeline = ({ reports, domain }: JobTimelineProps) => {
  const runs = runsOf(reports, now.value);
  return (
    <>
      {runs.map(({ run, steps }) => (
        <div key={run}>
          {runs.length > 1 && <h3>{oneJobWords().run(String(run))}</h3>}
          <Bar steps={steps} />
          <ol class="timeline">
            {steps.map((step) => (
              <StepLine key={`${step.from} ${step.state}`} step={step} domain={domain} />
            ))}
          </ol>
        </div>
      ))}
    </>
  );
};
