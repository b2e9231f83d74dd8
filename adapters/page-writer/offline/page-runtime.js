(() => {
  const { parts } = JSON.parse(document.getElementById('mk0r-parts').textContent);
  const one = (selector, inside = document) => inside.querySelector(selector);
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];

  /* What was entered stays in this browser: one entry of its storage for each list. */
  const memory = new Map();
  const read = (id) => {
    try {
      return JSON.parse(localStorage.getItem(id) ?? '[]');
    } catch {
      return memory.get(id) ?? [];
    }
  };
  const write = (id, entries) => {
    memory.set(id, entries);
    try {
      localStorage.setItem(id, JSON.stringify(entries));
    } catch {
      one('#notice').textContent =
        self === top
          ? 'This browser keeps nothing for this page: what you enter is gone when you leave.'
          : 'In here your browser keeps nothing for this page. Open it in a tab of its own, and what you enter stays.';
    }
  };

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const day = (date = new Date()) =>
    `${date.getFullYear()}-${`${date.getMonth() + 1}`.padStart(2, '0')}-${`${date.getDate()}`.padStart(2, '0')}`;
  const back = (days) => {
    const date = new Date();
    date.setDate(date.getDate() - days);
    return day(date);
  };
  const streakOf = (days) => {
    const known = new Set(days);
    let length = 0;
    for (let ago = known.has(back(0)) ? 0 : 1; known.has(back(ago)); ago += 1) length += 1;
    return length;
  };
  const nameOf = (part, entry) => `${entry.values[part.fields[0].name] ?? ''}` || `Untitled ${part.singular}`;
  const partOf = (id) => parts.find((part) => part.id === id);

  const shown = (field, value) => {
    if (value === undefined || value === '' || value === false) return '';
    if (field.type === 'yes or no') return 'Yes';
    if (field.type === 'money') return Number(value).toLocaleString(undefined, { minimumFractionDigits: 2 });
    if (field.type === 'rating') return '★'.repeat(Number(value));
    return `${value}`;
  };

  const valuesOf = (form, part) =>
    Object.fromEntries(
      part.fields.map(({ name, type }) => {
        const input = form.elements.namedItem(name);
        return [name, type === 'yes or no' ? input.checked : input.value.trim()];
      }),
    );

  const chart = (box, days) => {
    const counts = Array.from({ length: 14 }, (_, index) => {
      const date = back(13 - index);
      return [date, days.filter((each) => each === date).length];
    });
    const most = Math.max(1, ...counts.map(([, count]) => count));
    box.setAttribute('aria-label', `The last 14 days: ${counts.map(([, count]) => count).join(', ')}`);
    box.replaceChildren(
      ...counts.map(([date, count]) => {
        const bar = make('i', { title: `${date}: ${count}` });
        bar.style.height = `${Math.max(3, (count / most) * 100)}%`;
        if (count === 0) bar.className = 'none';
        return bar;
      }),
    );
  };

  const compared = (part, by, descending) => (a, b) => {
    const field = part.fields.find(({ name }) => name === by);
    const of = (entry) => (field ? (entry.values[by] ?? '') : entry.at);
    const isNumber = field && /number|money|rating/.test(field.type);
    const order = isNumber
      ? Number(of(a)) - Number(of(b))
      : `${of(a)}`.localeCompare(`${of(b)}`, undefined, { sensitivity: 'base' });
    return descending ? -order : order;
  };

  const download = (name, text) => {
    const link = make('a', {
      download: name,
      href: URL.createObjectURL(new Blob([text], { type: 'text/csv' })),
    });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const cell = (value) => {
    const text = `${value ?? ''}`;
    return `"${(/^[=+@-]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  };

  /* Lists and forms: entries with fields. */
  const entries = (part, section) => {
    const form = one('form.entry', section);
    const list = one('.list', section);
    const search = one('.search', section);
    const sort = one('.sort', section);
    const filter = one('.filter', section);
    let editing;

    const parents = () => {
      const select = form.elements.namedItem('parent');
      if (!select) return;
      const chosen = select.value;
      const parent = partOf(part.parent);
      select.replaceChildren(
        make('option', { value: '' }, `No ${parent.singular}`),
        ...read(parent.id).map((entry) => make('option', { value: entry.id }, nameOf(parent, entry))),
      );
      select.value = chosen;
    };

    const edit = (entry) => {
      editing = entry?.id;
      form.reset();
      for (const { name, type } of part.fields) {
        const input = form.elements.namedItem(name);
        if (type === 'yes or no') input.checked = entry?.values[name] === true;
        else if (entry) input.value = entry.values[name] ?? '';
      }
      if (form.elements.namedItem('parent')) form.elements.namedItem('parent').value = entry?.parent ?? '';
      one('[type=submit]', form).textContent = entry ? 'Save' : part.button;
      one('.cancel', form).hidden = !entry;
      if (entry) form.elements.namedItem(part.fields[0].name).focus();
    };

    const row = (entry) => {
      const facts = part.fields
        .slice(1)
        .map((field) => [field, shown(field, entry.values[field.name])])
        .filter(([, text]) => text !== '')
        .map(([field, text]) => make('span', {}, make('b', {}, `${field.label} `), text));
      const parent = part.parent && read(part.parent).find(({ id }) => id === entry.parent);
      if (parent) facts.unshift(make('span', {}, make('b', {}, 'In '), nameOf(partOf(part.parent), parent)));
      const title = nameOf(part, entry);
      const button = (label, onclick) =>
        make(
          'button',
          { type: 'button', className: 'quiet', ariaLabel: `${label} ${title}`, onclick },
          label,
        );
      return make(
        'li',
        {},
        make('div', {}, make('strong', {}, title), make('p', {}, ...facts)),
        button('Edit', () => edit(entry)),
        button('Delete', () => {
          write(
            part.id,
            read(part.id).filter(({ id }) => id !== entry.id),
          );
          if (editing === entry.id) edit();
          draw();
        }),
      );
    };

    const draw = () => {
      const known = read(part.id);
      const words = (search?.value ?? '').trim().toLowerCase();
      const [by, way] = (sort?.value ?? `${part.order.by} ${part.order.descending ? 'down' : 'up'}`).split(
        ' ',
      );
      const [filtered, wanted] = (filter?.value ?? '').split('=');
      const visible = known
        .filter(({ values }) => words === '' || Object.values(values).join(' ').toLowerCase().includes(words))
        .filter(({ values }) => !filtered || `${values[filtered]}` === wanted)
        .sort(compared(part, by, way === 'down'));
      list.replaceChildren(...visible.map(row));
      one('.empty', section).hidden = visible.length > 0;
      one('.empty', section).textContent =
        known.length > 0 ? 'Nothing matches.' : `No ${part.plural} yet. The first one you add stands here.`;
      one('.count', section).textContent = known.length === 0 ? '' : `${known.length}`;
      const days = known.map(({ at }) => day(new Date(at)));
      const bars = one('.chart', section);
      if (bars) chart(bars, days);
      const streak = one('.streak', section);
      if (streak) streak.textContent = `Streak: ${streakOf(days)} ${streakOf(days) === 1 ? 'day' : 'days'}`;
      parents();
    };

    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const values = valuesOf(form, part);
      const before = read(part.id);
      const isTwice =
        part.unique.length > 0 &&
        before.some(
          (entry) => entry.id !== editing && part.unique.every((name) => entry.values[name] === values[name]),
        );
      if (isTwice) {
        one('.said', form).textContent = `That ${part.singular} is there already.`;
        return;
      }
      const parent = form.elements.namedItem('parent')?.value;
      const changed = before.map((entry) => (entry.id === editing ? { ...entry, values, parent } : entry));
      const added = {
        id: crypto.randomUUID?.() ?? `${Date.now()}`,
        at: new Date().toISOString(),
        values,
        parent,
      };
      write(part.id, editing === undefined ? [...before, added] : changed);
      one('.said', form).textContent = editing === undefined ? part.thanks : 'Saved.';
      edit();
      draw();
    });
    one('.cancel', form).addEventListener('click', () => edit());
    for (const input of [search, sort, filter]) input?.addEventListener('input', draw);
    one('.csv', section)?.addEventListener('click', () => {
      const head = ['Added', ...part.fields.map(({ label }) => label)];
      const rows = read(part.id).map(({ at, values }) => [
        at,
        ...part.fields.map(({ name }) => values[name]),
      ]);
      download(`${part.id}.csv`, [head, ...rows].map((cells) => cells.map(cell).join(',')).join('\r\n'));
    });
    section.addEventListener('shown', draw);
    draw();
  };

  /* Habits: a name, and the days it was done. */
  const habits = (part, section) => {
    const form = one('form.entry', section);
    const list = one('.list', section);
    const change = (id, next) => {
      write(
        part.id,
        read(part.id).flatMap((habit) => (habit.id === id ? next(habit) : [habit])),
      );
      draw();
    };
    const row = (habit) => {
      const { name } = habit.values;
      const today = back(0);
      const isDone = habit.days.includes(today);
      const streak = streakOf(habit.days);
      const week = make('span', { className: 'week', ariaHidden: 'true' });
      week.append(
        ...Array.from({ length: 7 }, (_, index) =>
          make('i', { className: habit.days.includes(back(6 - index)) ? 'done' : '' }),
        ),
      );
      const check = make(
        'button',
        { type: 'button', className: isDone ? 'check done' : 'check' },
        isDone ? 'Done' : 'Do',
      );
      check.setAttribute('aria-pressed', `${isDone}`);
      check.setAttribute('aria-label', `${name} today`);
      check.onclick = () =>
        change(habit.id, (before) => [
          {
            ...before,
            days: isDone ? before.days.filter((each) => each !== today) : [...before.days, today],
          },
        ]);
      const facts = part.fields
        .map((field) => [field, shown(field, habit.values[field.name])])
        .filter(([, text]) => text !== '')
        .map(([field, text]) => make('span', {}, make('b', {}, `${field.label} `), text));
      return make(
        'li',
        {},
        check,
        make(
          'div',
          {},
          make('strong', {}, name),
          make(
            'p',
            {},
            make('span', { className: 'streak' }, `${streak} ${streak === 1 ? 'day' : 'days'} in a row`),
            week,
            ...facts,
          ),
        ),
        make(
          'button',
          {
            type: 'button',
            className: 'quiet',
            ariaLabel: `Delete ${name}`,
            onclick: () => change(habit.id, () => []),
          },
          'Delete',
        ),
      );
    };
    const draw = () => {
      const known = read(part.id);
      list.replaceChildren(...(part.newestFirst ? known.toReversed() : known).map(row));
      one('.empty', section).hidden = known.length > 0;
      const bars = one('.chart', section);
      if (bars)
        chart(
          bars,
          known.flatMap(({ days }) => days),
        );
    };
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const values = { name: form.elements.namedItem('name').value.trim(), ...valuesOf(form, part) };
      const id = crypto.randomUUID?.() ?? `${Date.now()}`;
      write(part.id, [...read(part.id), { id, at: new Date().toISOString(), values, days: [] }]);
      form.reset();
      draw();
    });
    draw();
  };

  const words = (part, section) => {
    const area = one('textarea', section);
    area.value = read(part.id)[0] ?? '';
    area.addEventListener('input', () => write(part.id, [area.value]));
  };

  const KINDS = { entries, habits, words };
  const show = (id) => {
    for (const { id: each } of parts) {
      const section = one(`#part-${each}`);
      section.hidden = each !== id;
      if (each === id) section.dispatchEvent(new Event('shown'));
    }
    for (const tab of all('nav button'))
      tab.setAttribute('aria-current', tab.dataset.part === id ? 'page' : 'false');
  };
  for (const part of parts) KINDS[part.kind](part, one(`#part-${part.id}`));
  for (const tab of all('nav button')) tab.addEventListener('click', () => show(tab.dataset.part));
  if (parts.length > 1) show(parts[0].id);
})();
