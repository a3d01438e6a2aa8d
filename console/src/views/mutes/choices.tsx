/** A field to select several of a few values. */

interface ChoicesProps<T extends string> {
  readonly title: string;
  readonly help?: string;
  readonly choices: readonly (readonly [value: T, title: string])[];
  readonly chosen: readonly T[];
  readonly onChange: (chosen: readonly T[]) => void;
}

export const Choices = <T extends string>({ title, help, choices, chosen, onChange }: ChoicesProps<T>) => (
  <fieldset class="choices">
    <legend>{title}</legend>
    {help && <p class="quiet">{help}</p>}
    {choices.map(([value, name]) => (
      <label key={value} class="check">
        <input
          type="checkbox"
          checked={chosen.includes(value)}
          onChange={({ currentTarget }) =>
            onChange(currentTarget.checked ? [...chosen, value] : chosen.filter((one) => one !== value))
          }
        />
        <span>{name}</span>
      </label>
    ))}
  </fieldset>
);
