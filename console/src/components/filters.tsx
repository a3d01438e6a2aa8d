/** Filters of a list. They live in the URL: a view with its filters can be sent to somebody. */
import { useId } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { common } from '../i18n/common.ts';
import { type Query, withQuery } from '../urls.ts';

/** The query of the URL, and how to change it. */
export const useQuery = (): readonly [
  query: Readonly<Record<string, string>>,
  set: (changes: Query) => void,
] => {
  const { path, query, route } = useLocation();
  return [query, (changes) => route(withQuery(path, { ...query, ...changes }), true)];
};

interface Choice {
  readonly value: string;
  readonly title: string;
}

export type Filter =
  | {
      readonly name: string;
      readonly title: string;
      readonly choices: readonly Choice[];
      /** What applies without a choice; without it all. */
      readonly standard?: string;
    }
  | { readonly name: string; readonly title: string; readonly type: 'text' | 'number' | 'date' };

/** A link can name a time instead of a day. */
const typeOf = (type: 'text' | 'number' | 'date', value: string) =>
  type === 'date' && value.length > '2026-11-28'.length ? 'text' : type;

interface FieldProps {
  readonly filter: Filter;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

const Field = ({ filter, value, onChange }: FieldProps) => {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{filter.title}</label>
      {'choices' in filter ? (
        <select
          id={id}
          value={value || filter.standard}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        >
          {filter.standard === undefined && <option value="">{common().all}</option>}
          {filter.choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.title}
            </option>
          ))}
          {/* A link can name several values, or one that is not offered. */}
          {value !== '' && !filter.choices.some((choice) => choice.value === value) && (
            <option value={value}>{value}</option>
          )}
        </select>
      ) : (
        <input
          id={id}
          {...({ type: typeOf(filter.type, value) } as { readonly type: 'text' })}
          {...(filter.type === 'number' ? { min: 0 } : {})}
          value={value}
          onChange={({ currentTarget }) => onChange(currentTarget.value.trim())}
        />
      )}
    </div>
  );
};

interface FiltersProps {
  readonly filters: readonly Filter[];
  /** Filters that are seldom needed: behind a button, unless one of them is set. */
  readonly more?: readonly Filter[];
}

/** One field for each filter; a change is in the URL at once. */
export const Filters = ({ filters, more = [] }: FiltersProps) => {
  const [query, set] = useQuery();
  const isSet = ({ name }: Filter): boolean => query[name] !== undefined;
  const all = [...filters, ...more];
  const fields = (some: readonly Filter[]) =>
    some.map((filter) => (
      <Field
        key={filter.name}
        filter={filter}
        value={query[filter.name] ?? ''}
        onChange={(value) => set({ [filter.name]: value })}
      />
    ));
  return (
    <search class="filters" aria-label={common().filter}>
      {fields(filters)}
      {more.length > 0 && (
        <details class="more-filters" open={more.some(isSet)}>
          <summary>{common().moreFilters}</summary>
          <div class="filters">{fields(more)}</div>
        </details>
      )}
      {all.some(isSet) && (
        <button
          type="button"
          class="plain"
          onClick={() => set(Object.fromEntries(all.map(({ name }) => [name, undefined])))}
        >
          {common().clearFilters}
        </button>
      )}
    </search>
  );
};
