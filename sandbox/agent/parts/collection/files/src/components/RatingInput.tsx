type Props = { name: string; label: string; value?: number | null | undefined };

/** One to five stars, by pointer or arrow keys. */
export function RatingInput({ name, label, value }: Props) {
  return (
    <fieldset className="grid gap-1.5 text-sm">
      <legend className="mb-1.5 font-medium">{label}</legend>
      <div className="flex flex-row-reverse justify-end gap-1">
        {[5, 4, 3, 2, 1].map((stars) => (
          <label
            key={stars}
            className="peer cursor-pointer text-2xl text-line leading-none transition hover:text-accent peer-hover:text-accent peer-has-checked:text-accent has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              value={stars}
              defaultChecked={value === stars}
              className="sr-only"
            />
            <span aria-hidden="true">★</span>
            <span className="sr-only">{`${stars} of 5`}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
