/**
 * The text format of Prometheus 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/. Pure. Written here: the client
 * library keeps counters of a process, which a function does not have.
 */

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}
/** Gauges only: everything here is a state at one time. */
export interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '"': '\\"' };
const escaped = (text: string): string => text.replace(/[\\\n"]/g, (character) => ESCAPES[character] ?? '');

const sampleLine = (name: string, { labels = {}, value }: Sample): string => {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
};

/** Gauges without samples are left out. */
export const exposition = (gauges: readonly Gauge[]): string =>
  gauges
    .filter(({ samples }) => samples.length > 0)
    .map(
      ({ name, help, samples }) =>
        `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${samples.map((sample) => sampleLine(name, sample)).join('')}`,
    )
    .join('');

/**
 * Labels of a group as Prometheus allows them: `cost.center` is `label_cost_center`, as kube-state-metrics names labels. If two labels
 * would get the same name, the later one gets `_conflict1`.
 */
export const labelNames = (labels: Readonly<Record<string, string>>): Record<string, string> => {
  const named: Record<string, string> = {};
  for (const [key, value] of Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const name = `label_${key.replace(/[^A-Za-z0-9_]/g, '_')}`;
    let free = name;
    for (let conflict = 1; Object.hasOwn(named, free); conflict++) free = `${name}_conflict${conflict}`;
    named[free] = value;
  }
  return named;
};
