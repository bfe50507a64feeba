// The net itself: its parameters at any epoch, and what it makes of rows of numbers.
"use strict";

const net = (() => {
  const decoded = (text, Type) =>
    new Type(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);

  // --- parameters

  /** The places of the kept epochs around one, and how far it is from the first to the second. */
  function around(epochs, epoch) {
    let after = epochs.findIndex((each) => each >= epoch);
    if (after < 0) after = epochs.length - 1;
    const before = epochs[after] > epoch ? Math.max(after - 1, 0) : after;
    const between = epochs[after] - epochs[before];
    return [before, after, between ? (epoch - epochs[before]) / between : 0];
  }

  /** A function of the epoch: the tensors there, between two of those that are kept linearly. */
  function parameters({ epochs, sizes, bits, scales, values }) {
    const lows = decoded(scales, Float32Array); // and steps
    const whole = decoded(values, bits === 16 ? Uint16Array : Uint8Array);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    let latest = [NaN, []];

    function tensorsAt(epoch) {
      const [before, after, share] = around(epochs, epoch);
      let start = 0;
      return sizes.map((size, tensor) => {
        const tensorOf = (row) => {
          const [scale, first] = [2 * (row * sizes.length + tensor), row * total + start];
          return [lows[scale], lows[scale + 1], whole.subarray(first, first + size)];
        };
        const [low, step, q] = tensorOf(before);
        const found = Float64Array.from(q, (number) => low + step * number);
        if (share) {
          const [lowAfter, stepAfter, qAfter] = tensorOf(after);
          for (let i = 0; i < size; i++) {
            found[i] = (1 - share) * found[i] + share * (lowAfter + stepAfter * qAfter[i]);
          }
        }
        start += size;
        return found;
      });
    }

    return (epoch) => {
      if (latest[0] !== epoch) latest = [epoch, tensorsAt(epoch)];
      return latest[1];
    };
  }

  // --- steps

  /** By a series all of whose terms are positive. */
  function erf(x) {
    if (Math.abs(x) > 6) return Math.sign(x);
    let [term, sum] = [x, x];
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }

  const sigmoid = (x) => 1 / (1 + Math.exp(-x));
  const gelu = {
    none: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
    tanh: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  };
  const unary = {
    relu: () => (x) => (x > 0 ? x : 0),
    tanh: () => Math.tanh,
    sigmoid: () => sigmoid,
    silu: () => (x) => x * sigmoid(x),
    exp: () => Math.exp,
    log: () => Math.log,
    sqrt: () => Math.sqrt,
    abs: () => Math.abs,
    neg: () => (x) => -x,
    reciprocal: () => (x) => 1 / x,
    sin: () => Math.sin,
    cos: () => Math.cos,
    softplus: (beta, threshold) => (x) =>
      beta * x > threshold ? x : Math.log1p(Math.exp(beta * x)) / beta,
    leaky_relu: (slope) => (x) => (x > 0 ? x : slope * x),
    elu: (alpha, scale, inner) => (x) => scale * (x > 0 ? x : alpha * Math.expm1(inner * x)),
    gelu: (approximate) => gelu[approximate],
    clamp: (low, high) => (x) => Math.min(Math.max(x, low ?? -Infinity), high ?? Infinity),
  };

  const binary = {
    add: (a, b) => a + b,
    sub: (a, b) => a - b,
    mul: (a, b) => a * b,
    div: (a, b) => a / b,
    pow: Math.pow,
    atan2: Math.atan2,
    maximum: Math.max,
    minimum: Math.min,
  };

  const total = (row) => row.reduce((sum, x) => sum + x, 0);
  const most = (row) => row.reduce((found, x) => Math.max(found, x), -Infinity);
  const logsumexp = (row) => {
    const high = most(row);
    return high + Math.log(total(row.map((x) => Math.exp(x - high))));
  };
  const ofRow = {
    sum: (row) => [total(row)],
    mean: (row) => [total(row) / row.length],
    amax: (row) => [most(row)],
    amin: (row) => [-most(row.map((x) => -x))],
    logsumexp: (row) => [logsumexp(row)],
    softmax: (row) => {
      const mass = logsumexp(row);
      return row.map((x) => Math.exp(x - mass));
    },
    log_softmax: (row) => {
      const mass = logsumexp(row);
      return row.map((x) => x - mass);
    },
  };

  /** Four inputs at a time, for what is added up is fetched and put back every time. */
  function affine(x, inputs, weight, bias, outputs, count) {
    const found = new Float64Array(count * outputs);
    for (let row = 0; row < count; row++) {
      const start = row * outputs;
      if (bias) for (let j = 0; j < outputs; j++) found[start + j] = bias[bias.length === 1 ? 0 : j];
      let i = 0;
      for (; i + 3 < inputs; i += 4) {
        const from = row * inputs + i;
        const a = x[from];
        const b = x[from + 1];
        const c = x[from + 2];
        const d = x[from + 3];
        if (a === 0 && b === 0 && c === 0 && d === 0) continue; // as many are after a rectifier
        let w = i * outputs;
        for (let j = 0; j < outputs; j++, w++) {
          found[start + j] +=
            a * weight[w] +
            b * weight[w + outputs] +
            c * weight[w + 2 * outputs] +
            d * weight[w + 3 * outputs];
        }
      }
      for (; i < inputs; i++) {
        const value = x[row * inputs + i];
        for (let j = 0, w = i * outputs; j < outputs; j++, w++) found[start + j] += value * weight[w];
      }
    }
    return found;
  }

  /** A step's value: `given` are operands as { of, width, rows }, where a tensor has no rows. */
  function worked(name, given, options, width, count) {
    const [first, second, third] = given;
    if (name === "affine") {
      return affine(first.of, first.width, second.of, third && third.of, width, count);
    }
    if (unary[name]) return first.of.map(unary[name](...options));
    const found = new Float64Array(count * width);
    const at = ({ of, width: own, rows }, row, j) => of[(rows ? row * own : 0) + (own === 1 ? 0 : j)];
    for (let row = 0; row < count; row++) {
      const start = row * width;
      if (binary[name]) {
        for (let j = 0; j < width; j++) {
          found[start + j] = binary[name](at(first, row, j), at(second, row, j));
        }
      } else if (name === "join") {
        let place = start;
        for (const { of, width: own } of given) {
          found.set(of.subarray(row * own, (row + 1) * own), place);
          place += own;
        }
      } else if (name === "part") {
        const from = row * first.width + options[0];
        found.set(first.of.subarray(from, from + width), start);
      } else {
        const own = first.of.subarray(row * first.width, (row + 1) * first.width);
        if (ofRow[name]) found.set(ofRow[name](own), start);
        else {
          // native_layer_norm
          const mean = total(own) / width;
          const spread = Math.sqrt(total(own.map((x) => (x - mean) ** 2)) / width + options[0]);
          for (let j = 0; j < width; j++) {
            found[start + j] = ((own[j] - mean) / spread) * at(second, row, j) + at(third, row, j);
          }
        }
      }
    }
    return found;
  }

  /**
   * All values of a net, of rows one after the other in a Float64Array; the last is its output.
   * The rows are its input, or its value number `from`, if all goes through that one.
   */
  function values({ steps, widths, tensors: own }, tensors, rows, from = 0) {
    const found = [];
    found[from] = rows;
    const count = rows.length / widths[from];
    for (let place = from; place < steps.length; place++) {
      const [name, operands, options] = steps[place];
      const given = operands.map((operand) => {
        if (typeof operand === "number") {
          return { of: found[operand], width: widths[operand], rows: true };
        }
        const [kind, what] = operand;
        const of = kind === "tensor" ? tensors[own[what]] : [what];
        return { of, width: of.length, rows: false };
      });
      found[place + 1] = worked(name, given, options, widths[place + 1], count);
    }
    return found;
  }

  /** What a row costs, in multiplications. */
  function cost({ steps, widths }) {
    const each = ([name], place) =>
      widths[place + 1] * (name === "affine" ? widths[steps[place][1][0]] : 12);
    return total(steps.map(each));
  }

  return { around, parameters, values, cost };
})();
