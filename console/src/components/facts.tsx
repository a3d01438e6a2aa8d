/** Names and values, such as those of a domain. A row without a value is left out. */
import { type ComponentChildren, Fragment } from 'preact';

export type Fact = readonly [name: string, value: ComponentChildren];

const isGiven = ([, value]: Fact): boolean =>
  value !== undefined && value !== null && value !== false && value !== '';

export const Facts = ({ facts }: { facts: readonly Fact[] }) => (
  <dl class="facts">
    {facts.filter(isGiven).map(([name, value]) => (
      <Fragment key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </Fragment>
    ))}
  </dl>
);
