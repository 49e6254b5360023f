'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const charts = [];

  // The table: sorting by its heading buttons, filtering by words.
  const table = document.getElementById('table');
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  const keyOf = (row, column) => {
    const cell = row.cells[column];
    return cell && cell.dataset.sort !== undefined ? cell.dataset.sort : '';
  };
  headings.forEach((heading, column) => {
    heading.querySelector('button').addEventListener('click', () => {
      const descending = heading.getAttribute('aria-sort') === 'ascending';
      headings.forEach((other) => other.setAttribute('aria-sort', 'none'));
      heading.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
      const numeric = heading.classList.contains('number');
      const rows = [...body.rows];
      rows.sort((a, b) => {
        const x = keyOf(a, column), y = keyOf(b, column);
        if (x === '' || y === '') return (x === '') - (y === '');  // what is absent stays at the end
        const order = numeric ? x - y : x.localeCompare(y, 'en', {numeric: true});
        return descending ? -order : order;
      });
      body.append(...rows);
    });
  });
  const filter = document.getElementById('filter');
  const applyFilter = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of body.rows) {
      const name = row.dataset.name.toLowerCase();
      row.hidden = !words.every((word) => name.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    document.getElementById('shown').textContent = words.length ? `${shown} of ${body.rows.length}` : '';
  };
  filter.addEventListener('input', applyFilter);

  // The theme: automatic, light, dark.
  const theme = document.getElementById('theme');
  const themes = ['auto', 'light', 'dark'];
  const setTheme = (name) => {
    if (name === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    theme.textContent = `Theme: ${name}`;
    theme.setAttribute('aria-label', `Colour theme: ${name}`);
    drawAll();
  };
  theme.addEventListener('click', () => {
    const now = document.documentElement.dataset.theme || 'auto';
    setTheme(themes[(themes.indexOf(now) + 1) % themes.length]);
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => drawAll());

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const dashes = [[6, 3], null, [2, 2], [10, 3, 2, 3], [8, 4], [3, 3], [12, 3], [5, 2, 2, 2]];

  // What a chart shows: series {label, slot, first frame, values, marks}.
  const seriesOf = (fixture, kind, item, minus) => {
    if (kind === 'pose') {
      const pose = fixture.poses[item];
      const truth = pose.truth;
      const shift = (values) => (!minus ? values : values.map((v, i) =>
          (v === null || truth[i] === null || truth[i] === undefined ? null : v - truth[i])));
      const lines = pose.lines.map((line) => ({
        label: line.label, slot: line.slot, first: 0, values: shift(line.values), marks: new Set(),
      }));
      if (truth.length && !minus) lines.push({label: 'truth', slot: 7, first: 0, values: truth, marks: new Set()});
      return lines;
    }
    return fixture.pipelines.filter((p) => p[kind] && p[kind].length).map((p) => ({
      label: p.name, slot: p.slot, first: kind === 'times' ? 0 : 2, values: p[kind],
      marks: new Set(kind === 'times' ? [] : p.outliers), levels: kind === 'times' ? p.levels : [],
    }));
  };

  const triangle = (context, x, y) => {
    context.fillStyle = colour('--bad');
    context.beginPath();
    context.moveTo(x, y + 3);
    context.lineTo(x - 6, y + 13);
    context.lineTo(x + 6, y + 13);
    context.closePath();
    context.fill();
  };

  // p95 and p99 of a series, dotted across the chart and named at its right end.
  const drawLevels = (context, area, graph, series) => {
    context.save();
    context.font = '10px system-ui, sans-serif';
    context.textAlign = 'right';
    context.setLineDash([1, 4]);
    for (const s of series) {
      (s.levels || []).forEach((level, i) => {
        const y = graph.toDomYCoord(level);
        if (!(y > area.y && y < area.y + area.h)) return;
        context.strokeStyle = context.fillStyle = colour(`--c${s.slot}`);
        context.beginPath();
        context.moveTo(area.x, y);
        context.lineTo(area.x + area.w, y);
        context.stroke();
        context.fillText(i ? 'p99' : 'p95', area.x + area.w - (i ? 2 : 24), y - 2);
      });
    }
    context.restore();
  };

  const draw = (element) => {
    const {fixture: index, kind, item = 0, minus} = element.dataset;
    const fixture = data.fixtures[index];
    const series = seriesOf(fixture, kind, item, minus === 'true');
    const frames = fixture.frames;
    const rows = [];
    for (let frame = 0; frame < frames; ++frame) {
      rows.push([frame, ...series.map((s) => {
        const value = s.values[frame - s.first];
        return value === undefined ? null : value;
      })]);
    }
    const legend = document.getElementById(`legend-${kind}-${index}`);
    const keys = series.map((s) => {
      const key = document.createElement('span');
      key.className = `key k${s.slot}`;
      const dash = dashes[s.slot] ? ` stroke-dasharray="${dashes[s.slot].join(' ')}"` : '';
      key.innerHTML = `<svg viewBox="0 0 34 10" aria-hidden="true"><line x1="0" y1="5" x2="34" y2="5"${dash}/></svg>`;
      const name = document.createElement('span');
      name.textContent = s.label;
      const at = document.createElement('span');
      at.className = 'at';
      key.append(name, at);
      return {key, at};
    });
    const cursor = document.createElement('span');
    cursor.className = 'key at';
    legend.replaceChildren(...keys.map((k) => k.key), cursor);
    legend.setAttribute('aria-live', 'polite');
    const show = (row) => {
      cursor.textContent = row === null ? '' : `frame ${row}`;
      keys.forEach((k, i) => {
        const value = row === null ? null : rows[row][i + 1];
        k.at.textContent = value === null || Number.isNaN(value) ? '' : value.toFixed(kind === 'pose' || kind === 'times' ? 3 : 2);
      });
    };
    element.replaceChildren();
    const options = {};
    series.forEach((s) => {
      options[s.label] = {
        color: colour(`--c${s.slot}`), strokePattern: dashes[s.slot], strokeWidth: s.slot === 0 ? 1.6 : 2,
        drawPoints: s.marks.size > 0, pointSize: 4,
        drawPointCallback: (g, name, context, x, y, c, size, row) => {
          if (s.marks.has(rows[row][0])) triangle(context, x, y);
        },
      };
    });
    const graph = new Dygraph(element, rows, {
      labels: ['frame', ...series.map((s) => s.label)], series: options, legend: 'never',
      logscale: kind === 'times', gridLineColor: colour('--grid'), axisLineColor: colour('--line'),
      axisLabelWidth: 44, rightGap: 8, highlightCircleSize: 4, animatedZooms: false,
      axes: {x: {axisLabelFormatter: (v) => (Number.isInteger(v) ? String(v) : ''), drawGrid: false}},
      underlayCallback: (context, area, g) => {
        if (kind === 'times') drawLevels(context, area, g, series);
        if (kind !== 'tpsnr' && kind !== 'delta') return;
        const left = Math.max(area.x, g.toDomXCoord(Math.max(0, frames - 30)));
        const right = Math.min(area.x + area.w, g.toDomXCoord(frames - 1));
        context.fillStyle = colour('--tail');
        if (right > left) context.fillRect(left, area.y, right - left, area.h);
        if (kind === 'delta') {
          const zero = g.toDomYCoord(0);
          context.fillStyle = colour('--muted');
          if (zero > area.y && zero < area.y + area.h) context.fillRect(area.x, zero, area.w, 1);
        }
      },
      highlightCallback: (event, x, points, row) => show(row),
      unhighlightCallback: () => show(null),
      drawCallback: (g, initial) => link(g, initial, index),
    });
    graph.fixture = index;
    graph.lastRow = frames - 1;
    graph.show = show;
    return graph;
  };

  // Charts of one fixture share the zoomed range of frames.
  let linking = false;
  const link = (graph, initial, index) => {
    if (initial || linking) return;
    linking = true;
    const range = graph.xAxisRange();
    for (const other of charts) {
      if (other.graph && other.graph !== graph && other.graph.fixture === index) {
        other.graph.updateOptions({dateWindow: [...range]});
      }
    }
    linking = false;
  };

  // Keys on a focused chart: arrows move the cursor, plus and minus zoom at it, Escape shows everything.
  const onKey = (chart, event) => {
    const graph = chart.graph;
    const now = chart.row === undefined ? 0 : chart.row;
    const step = event.shiftKey ? 10 : 1;
    const select = (row) => {
      chart.row = Math.min(graph.lastRow, Math.max(0, row));
      graph.setSelection(chart.row);
      graph.show(chart.row);
    };
    const zoom = (factor) => {
      const [left, right] = graph.xAxisRange();
      const half = (right - left) * factor / 2;
      graph.updateOptions({dateWindow: [Math.max(0, now - half), Math.min(graph.lastRow, now + half)]});
    };
    const actions = {
      ArrowLeft: () => select(now - step), ArrowRight: () => select(now + step), Home: () => select(0),
      End: () => select(graph.lastRow), '+': () => zoom(0.5), '-': () => zoom(2),
      Escape: () => { graph.clearSelection(); graph.show(null); graph.resetZoom(); },
    };
    if (actions[event.key]) {
      event.preventDefault();
      actions[event.key]();
    }
  };

  const drawOne = (chart) => {
    const range = chart.graph ? chart.graph.xAxisRange() : null;
    if (chart.graph) chart.graph.destroy();
    chart.graph = null;
    chart.graph = chart.element.graph = draw(chart.element);
    // A chart that comes later has the range of the others of its fixture.
    const other = charts.find((c) => c !== chart && c.graph && c.graph.fixture === chart.graph.fixture);
    const window = range || (other && other.graph.isZoomed('x') ? other.graph.xAxisRange() : null);
    if (window) chart.graph.updateOptions({dateWindow: window});
  };
  const drawAll = () => {
    if (typeof Dygraph === 'undefined') return;
    for (const chart of charts) {
      if (chart.graph) drawOne(chart);
    }
  };
  for (const element of document.querySelectorAll('.chart')) {
    const chart = {element, graph: null};
    charts.push(chart);
    element.title = 'Drag to zoom, double-click to reset; with the keyboard: arrows, +, -, Escape';
    element.addEventListener('keydown', (event) => { if (chart.graph) onKey(chart, event); });
  }
  // Charts are drawn when they come near the window: a report of many fixtures opens at once.
  if (typeof Dygraph !== 'undefined') {
    const near = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        near.unobserve(entry.target);
        drawOne(charts.find((c) => c.element === entry.target));
      }
    }, {rootMargin: '600px'});
    charts.forEach((chart) => near.observe(chart.element));
  }

  // The pose: which quantity, and whether the truth is taken off.
  const poseChart = (control) => charts.find((c) => c.element.dataset.kind === 'pose'
      && c.element.dataset.fixture === control.dataset.fixture);
  const redraw = (chart) => { if (typeof Dygraph !== 'undefined') drawOne(chart); };
  for (const choice of document.querySelectorAll('.pose-choice')) {
    choice.addEventListener('change', () => {
      const chart = poseChart(choice);
      chart.element.dataset.item = choice.value;
      const pose = data.fixtures[choice.dataset.fixture].poses[choice.value];
      choice.closest('figure').querySelector('.pose-unit').textContent = `${pose.quantity}, ${pose.unit}`;
      redraw(chart);
    });
  }
  for (const box of document.querySelectorAll('.pose-minus')) {
    box.addEventListener('change', () => {
      const chart = poseChart(box);
      chart.element.dataset.minus = box.checked;
      redraw(chart);
    });
  }

  // Films of the worst pairs: the slider chooses the later frame of the pair that is shown.
  for (const film of document.querySelectorAll('.film')) {
    const rest = JSON.parse(film.querySelector('.rest').textContent);
    const at = Number(film.dataset.frame);
    for (const row of film.querySelectorAll('.film-row')) {
      const pictures = rest[row.dataset.who] || (rest[row.dataset.who] = {});
      for (const image of row.querySelectorAll('img')) {
        pictures[`${image.dataset.what} ${at + Number(image.dataset.offset)}`] = image.src;
      }
    }
    const slider = film.querySelector('input');
    slider.addEventListener('input', () => {
      film.querySelector('output').textContent = slider.value;
      for (const row of film.querySelectorAll('.film-row')) {
        for (const image of row.querySelectorAll('img')) {
          const frame = Number(slider.value) + Number(image.dataset.offset);
          const source = rest[row.dataset.who][`${image.dataset.what} ${frame}`];
          if (source) image.src = source;
          if (image.dataset.what === 'frame') {
            image.nextElementSibling.textContent = `frame ${frame}`;
            image.alt = `frame ${frame}, ${row.querySelector('.who').textContent}`;
          }
        }
      }
    });
  }
})();
