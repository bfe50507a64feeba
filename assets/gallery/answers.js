// What a net says of a plane: where it sends points, its energies, and how far they reach.
"use strict";

const answers = (() => {
  const { epochs } = nets;
  const tensorsOf = net.parameters(nets);
  const points = nets.data.points.flat();
  const SAMPLE = 12; // cells each way, of which a net's energies are looked at

  const share = (sorted, part) => sorted[Math.round(part * (sorted.length - 1))];

  /** The middles of n × n cells of a plane, row by row from its top. */
  function cells(n, reach) {
    const rows = new Float64Array(2 * n * n);
    for (let i = 0, place = 0; i < n; i++) {
      for (let j = 0; j < n; j++, place += 2) {
        rows[place] = reach * ((2 * j + 1) / n - 1);
        rows[place + 1] = reach * (1 - (2 * i + 1) / n);
      }
    }
    return rows;
  }

  /** The squared distance of two points, the `row`th of either. */
  const apart = (a, b, row = 0) =>
    (a[2 * row] - b[2 * row]) ** 2 + (a[2 * row + 1] - b[2 * row + 1]) ** 2;

  /** F(x, k) = −s_k + log Σ exp s_j of each class. */
  function energies(scores) {
    const high = Math.max(...scores);
    const mass = high + Math.log(scores.reduce((sum, s) => sum + Math.exp(s - high), 0));
    return [...scores].map((s) => mass - s);
  }

  class Answers {
    constructor(own) {
      this.net = own;
      this.cost = net.cost(own);
      this.reaches = own.plane && this.#reaches();
      this.limits = this.#limits();
    }

    /** All values of the net at an epoch, of points, or of those of its second plane. */
    values(epoch, rows, from = 0) {
      return net.values(this.net, tensorsOf(epoch), Float64Array.from(rows), from);
    }

    /** Whether there is a number at every place of the plane. */
    get levelled() {
      return this.net.home || this.net.widths.at(-1) === 1;
    }

    /** The class of least energy, or the energy, at each of some points with these outputs. */
    levels(rows, outputs) {
      const { home, classes } = this.net;
      const count = rows.length / 2;
      if (classes) {
        return Array.from({ length: count }, (_, row) => {
          const scores = outputs.subarray(row * classes, (row + 1) * classes);
          return scores.indexOf(Math.max(...scores));
        });
      }
      if (home) return Array.from({ length: count }, (_, row) => apart(rows, outputs, row));
      return this.levelled ? outputs : null;
    }

    /** How far the second plane reaches at an epoch. */
    reachAt(epoch) {
      const [before, after, part] = net.around(epochs, epoch);
      return this.reaches[before] + part * (this.reaches[after] - this.reaches[before]);
    }

    #reaches() {
      const { reach, plane, home, drawn } = this.net;
      if (home) return epochs.map(() => reach);
      if (!drawn && points.length) {
        const far = 1.3 * Math.max(...points.map(Math.abs));
        return epochs.map(() => far);
      }
      const stride = Math.ceil(nets.data.points.length / SAMPLE ** 2);
      const some = nets.data.points.filter((_, n) => n % stride === 0).flat();
      const sample = some.length ? some : cells(SAMPLE, reach);
      let far = 0; // what has grown does not shrink again, so that it is seen to grow
      return epochs.map((epoch) => {
        for (const value of this.values(epoch, sample)[plane]) {
          far = Math.max(far, 1.08 * Math.abs(value));
        }
        return far || 1;
      });
    }

    /** Between which numbers energies are told apart: those of the last epoch, but for a few. */
    #limits() {
      const { reach, home, classes } = this.net;
      const rows = cells(SAMPLE, reach);
      const outputs = this.values(epochs.at(-1), rows).at(-1);
      let found = classes ? [] : this.levels(rows, outputs) || outputs.map(Math.abs);
      for (let start = 0; classes && start < outputs.length; start += classes) {
        found.push(...energies(outputs.subarray(start, start + classes)));
      }
      found = Float64Array.from(found).sort();
      const low = home || classes || !this.levelled ? 0 : share(found, 0.01);
      return [low, share(found, home || classes ? 0.9 : 0.99)];
    }
  }

  return { Answers, apart, cells, energies, points };
})();
