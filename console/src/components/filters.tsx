/** Filters of a list. They live in the URL: a view with its filters can be sent to somebody. */
import { useId } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { common } from '../i18n/common.ts';
import { type Query, withQuery } from '../places.ts';

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
        </select>
      ) : (
        <input
          id={id}
          {...({ type: filter.type } as { readonly type: 'text' })}
          value={value}
          onChange={({ currentTarget }) => onChange(currentTarget.value.trim())}
        />
      )}
    </div>
  );
};

/** One field for each filter; a change is in the URL at once. */
export const Filters = ({ filters }: { filters: readonly Filter[] }) => {
  const [query, set] = useQuery();
  const isFiltered = filters.some(({ name }) => query[name] !== undefined);
  return (
    <search class="filters" aria-label={common().filter}>
      {filters.map((filter) => (
        <Field
          key={filter.name}
          filter={filter}
          value={query[filter.name] ?? ''}
          onChange={(value) => set({ [filter.name]: value })}
        />
      ))}
      {isFiltered && (
        <button
          type="button"
          class="plain"
          onClick={() => set(Object.fromEntries(filters.map(({ name }) => [name, undefined])))}
        >
          {common().clearFilters}
        </button>
      )}
    </search>
  );
};
