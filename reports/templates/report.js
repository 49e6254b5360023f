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
  const seriesOf = (fixture, kind, item) => {
    if (kind === 'trajectory') {
      const t = fixture.trajectories[item];
      return [['observed', 0, t.observed], ['planned', 2, t.planned], ['truth', 1, t.truth]]
          .filter(([, , values]) => values && values.length)
          .map(([label, slot, values]) => ({label, slot, first: 0, values, marks: new Set()}));
    }
    return fixture.pipelines.filter((p) => p[kind] && p[kind].length).map((p) => ({
      label: p.name, slot: p.slot, first: kind === 'times' ? 0 : 2, values: p[kind],
      marks: new Set(kind === 'times' ? [] : p.outliers),
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

  const draw = (element) => {
    const {fixture: index, kind, item} = element.dataset;
    const fixture = data.fixtures[index];
    const series = seriesOf(fixture, kind, item);
    const frames = fixture.frames;
    const rows = [];
    for (let frame = 0; frame < frames; ++frame) {
      rows.push([frame, ...series.map((s) => {
        const value = s.values[frame - s.first];
        return value === undefined ? null : value;
      })]);
    }
    const legend = document.getElementById(`legend-${kind}-${index}` + (item === undefined ? '' : `-${item}`));
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
        k.at.textContent = value === null || Number.isNaN(value) ? '' : value.toFixed(2);
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

  const drawAll = () => {
    if (typeof Dygraph === 'undefined') return;
    for (const chart of charts) {
      if (chart.graph) chart.graph.destroy();
      chart.graph = null;
      chart.graph = draw(chart.element);
    }
  };
  for (const element of document.querySelectorAll('.chart')) {
    const chart = {element, graph: null};
    charts.push(chart);
    element.title = 'Drag to zoom, double-click to reset; with the keyboard: arrows, +, -, Escape';
    element.addEventListener('keydown', (event) => { if (chart.graph) onKey(chart, event); });
  }
  drawAll();
})();
