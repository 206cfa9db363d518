// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

/// Makes random jobs on several inputs, in Python, and what comes of them by NumPy.
namespace scatterfold::cli {

/// Writes a file of inputs, and prints a list of cases: words of the job, what moments are expected, and a dataset that
/// holds the very values, stored like the input that has all dimensions. All numbers are small and whole, so that sums
/// are exact.
inline constexpr const char* broadcast_cases = R"(
random = np.random.default_rng(int(sys.argv[2]))
count = int(sys.argv[3])
names = "abc"
types = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", ">i2", ">f4", ">f8", "bool", "packed"]

def store(f, path, x, like=None, **attributes):
    """In some storage; gives its chunk. `like`: a chunk to take."""
    keys = {}
    chunk = like
    if like is None and x.ndim > 0 and x.size > 0 and random.random() < 0.5:
        chunk = tuple(int(random.integers(1, n + 1)) for n in x.shape)
    if chunk:
        keys["chunks"] = chunk
        if random.random() < 0.7: keys.update(compression="gzip", compression_opts=1, shuffle=True)
    d = f.create_dataset(path, data=x, **keys)
    for name, value in attributes.items(): d.attrs[name] = value
    return chunk

def make_input(f, path, shape, names):
    """Its values as float64, where it is missing, and its chunk."""
    kind = types[random.integers(len(types))]
    x = random.integers(0, 2 if kind == "bool" else 10, shape)
    missing = np.zeros(shape, bool)
    attributes, stored = {}, x
    if kind == "packed":
        attributes = dict(scale_factor=0.5, add_offset=np.float64(3), _FillValue=np.int16(7))
        stored, missing, value = x.astype("i2"), x == 7, x * 0.5 + 3
    else:
        value = x.astype("f8")
        stored = x.astype(kind)
        if kind in ("f8", "i2", ">f4", "f2", "u1") and random.random() < 0.5:
            missing = x == 9
            attributes = dict(_FillValue=np.asarray(9, stored.dtype))
            if kind == "f8" and random.random() < 0.5:
                stored = np.where(missing, np.nan, stored)
                attributes = dict(_FillValue=np.nan)
    chunk = store(f, path, stored, **attributes)
    if names:
        for d, name in enumerate(names): f[path].dims[d].label = name
    return value, missing, chunk

def made_case(f, number):
    rank = int(random.integers(1, 6))
    shape = [int(random.integers(1, 9 if rank > 2 else 300)) for _ in range(rank)]
    if random.random() < 0.05: shape[0] = 0
    named = random.random() < 0.5
    dims = ["d%d" % d for d in range(rank)]
    inputs = []
    for i in range(int(random.integers(1, 4))):
        has = list(range(rank)) if random.random() < 0.5 else [d for d in range(rank) if random.random() < 0.5]
        if named:
            if random.random() < 0.3: has = [int(d) for d in random.permutation(has)]
        elif has:
            has = list(range(min(has), rank))
        lengths = tuple(1 if random.random() < 0.15 else shape[d] for d in has)
        path = "/%d/%s" % (number, names[i])
        inputs.append((path, has, lengths, *make_input(f, path, lengths, [dims[d] for d in has] if named else None)))
    # The whole: the dimensions that occur, in the order of the first input that has all of them.
    if named:
        occur = []
        for one in inputs: occur += [d for d in one[1] if d not in occur]
        for one in inputs:
            if sorted(one[1]) == sorted(occur): occur = one[1]; break
    else:
        occur = list(range(min([min(one[1]) for one in inputs if one[1]], default=rank), rank))
    whole = []
    for d in occur: whole.append(next((n for one in inputs for e, n in zip(one[1], one[2]) if e == d and n != 1), 1))
    spread, frame, chunk = [], False, None
    for path, has, lengths, value, missing, own in inputs:
        order = [has.index(d) for d in occur if d in has]
        place = tuple(lengths[has.index(d)] if d in has else 1 for d in occur)
        spread.append([np.broadcast_to(x.transpose(order).reshape(place), whole) for x in (value, missing)])
        if not frame and has == occur and list(lengths) == whole: frame, chunk = True, own
    words = ["moments", "--expr", "+".join(["1.0 * " + " * ".join(names[:len(inputs)])] + ["%d.0 * %s" % (i + 3, names[i]) for i in range(len(inputs))])]
    for i, one in enumerate(inputs): words += ["--in", names[i] + "=" + sys.argv[1] + ":" + one[0]]
    value = np.prod([s[0] for s in spread], axis=0) + sum((i + 3.0) * s[0] for i, s in enumerate(spread))
    missing = np.any([s[1] for s in spread], axis=0)
    if random.random() < 0.3: words += ["--where", names[0] + " > 2"]; missing = missing | ~(spread[0][0] > 2)
    if random.random() < 0.4: words += ["--memory", "2KiB"]
    selected, cut = [], [slice(None)] * len(occur)
    for d, n in enumerate(whole):
        if n < 2 or random.random() < 0.6: continue
        low, step = int(random.integers(0, n)), int(random.integers(1, 4))
        high = int(random.integers(low, n + 1))
        selected += ["-d", "%s,%d,%d,%d" % (dims[occur[d]] if named else d, low, high, step)]
        cut[d] = slice(low, high, step)
    same = "/%d/values" % number
    store(f, same, np.where(missing, -1.0, value), like=chunk or (), _FillValue=-1.0)
    alone = ["moments", sys.argv[1] + ":" + same]
    for i in range(1, len(selected), 2):
        numbers = selected[i].split(",", 1)
        alone += ["-d", "%d,%s" % ([dims[d] for d in occur].index(numbers[0]) if named else int(numbers[0]), numbers[1])]
    there = value[tuple(cut)][~missing[tuple(cut)]]
    wanted = dict(count=int(there.size), missing=int(missing[tuple(cut)].sum()), sum=float(there.sum()))
    if there.size: wanted.update(min=float(there.min()), max=float(there.max()))
    return dict(words=words + selected, wanted=wanted, alone=alone, shape=[int(n) for n in whole])

with h5py.File(sys.argv[1], "w") as f: print(json.dumps([made_case(f, number) for number in range(count)]))
)";

}  // namespace scatterfold::cli
