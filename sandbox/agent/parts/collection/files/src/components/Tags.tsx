export function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-1.5">
      {tags.map((tag) => (
        <span key={tag} className="rounded-full bg-accent/10 px-2.5 py-0.5 text-accent text-xs">
          {tag}
        </span>
      ))}
    </span>
  );
}
