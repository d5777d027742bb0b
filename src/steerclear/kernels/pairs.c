/* The compiled twin of reference.py: the same pairs and the same figures, in plain C11, without the interpreter.
 *
 * Boxes go into cells of a grid (rows of latitude, columns scaled by cos(lat)), cells are hashed into buckets by a
 * counting sort, every bucket is sorted by cell and lowest altitude, and whoever may meet a place stands right behind
 * it. A pair whose boxes meet in several cells is looked at in one of them only. The exact test repeats exact.py
 * operation by operation: only + - * / and sqrt, no contraction, no fast-math, so the figures are the same numbers.
 *
 * Reads what sweep.Prepared holds; returns the number of pairs, or -1 without memory. One thread: the caller's.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifndef SOURCE
#define SOURCE ""
#endif

#define E2 (FLATTENING * (2 - FLATTENING))
#define FLATTENING (1 / 298.257223563)
#define MEAN_M 6371008.8
#define ALT_BITS 24
#define TURN_BITS 32
#define TURN_MASK 0xffffffffLL
#define LEAST_VV 1e-18
#define FIGURES 8

#define BATCH 64

/* Movers come in no order, so nearly every place and state is far away in memory: what is needed soon is asked for. */
#ifdef __GNUC__
#define SOON(address) __builtin_prefetch(address)
#else
#define SOON(address) ((void)(address))
#endif

#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

/* As kernels/native.py declares it. */
typedef struct {
    int64_t n, groups, row_height, rows;
    const double *state, *height, *sigma, *table;
    const int32_t *group;
    const int64_t *box, *level, *columns, *before;
    const uint8_t *wide;
    double z;
} prepared;

typedef struct {
    int32_t i, j;
    double figures[FIGURES];
} pair;

typedef struct {
    pair *rows;
    int64_t count, room;
    int failed;
} found;

/* One box in one cell. */
typedef struct {
    uint64_t key, until; /* cell and lowest, cell and highest altitude */
    int32_t low, high;   /* latitude */
    uint32_t west, width;
    int32_t mover;
} place;

typedef struct {
    double first, last;
} span;

const char *steerclear_pairs_source(void) { return SOURCE; }

void steerclear_pairs_free(void *block) { free(block); }

/* exact.horizontal: the open interval in which |s + v t| < radius + growth t, t >= 0. */
static span horizontal(double ss, double sv, double vv, double radius, double growth) {
    double a = vv - growth * growth;
    double b = sv - radius * growth;
    double c = ss - radius * radius;
    double root_of = b * b - a * c;
    span none = {INFINITY, -INFINITY}, always = {-INFINITY, INFINITY};
    if (a > 0) {
        if (!(root_of > 0)) return none;
        double root = sqrt(root_of);
        double q = b >= 0 ? -(b + root) : root - b;
        span one = {q / a, c / q}, two = {c / q, q / a};
        return b >= 0 ? one : two;
    }
    if (a < 0) {
        if (c < 0) return always;
        double root = sqrt(MAX(root_of, 0.0));
        double q = b >= 0 ? -(b + root) : root - b;
        span from = {b >= 0 ? q / a : c / q, INFINITY};
        return from;
    }
    if (b < 0) {
        span from = {-c / (2 * b), INFINITY};
        return from;
    }
    if (b > 0) {
        span until = {-INFINITY, -c / (2 * b)};
        return until;
    }
    return c < 0 ? always : none;
}

/* exact._below: the open interval in which start + rate t < limit. */
static span below(double start, double rate, double limit) {
    span one = {-INFINITY, INFINITY};
    if (rate < 0) {
        one.first = (limit - start) / rate;
    } else if (rate > 0) {
        one.last = (limit - start) / rate;
    } else if (!(start < limit)) {
        one.first = INFINITY;
        one.last = -INFINITY;
    }
    return one;
}

static void add(found *out, int32_t i, int32_t j, const double *figures) {
    if (out->count == out->room) {
        int64_t room = out->room ? 2 * out->room : 1024;
        pair *rows = realloc(out->rows, (size_t)room * sizeof(pair));
        if (!rows) {
            out->failed = 1;
            return;
        }
        out->rows = rows;
        out->room = room;
    }
    pair *row = &out->rows[out->count++];
    row->i = i;
    row->j = j;
    memcpy(row->figures, figures, sizeof row->figures);
}

/* The exact test of one pair, exact.py and reference._judged in one. */
static void judge(const prepared *p, int32_t i, int32_t j, found *out) {
    const double *ask = p->table;
    if (p->groups > 1) ask += 3 * ((int64_t)p->group[i] * p->groups + p->group[j]);
    const double *ha = p->height + 4 * (int64_t)i, *hb = p->height + 4 * (int64_t)j;
    double low = hb[0] - ha[1], high = hb[1] - ha[0];
    double low_rate = hb[2] - ha[3], high_rate = hb[3] - ha[2];
    span v = below(low, low_rate, ask[1]), w = below(-high, -high_rate, ask[1]);
    v.first = MAX(v.first, w.first);
    v.last = MIN(v.last, w.last);
    double ahead = ask[2];
    if (!(v.first < v.last && v.first < ahead && v.last > 0)) return;

    const double *a = p->state + 6 * (int64_t)i, *b = p->state + 6 * (int64_t)j;
    double sx = b[0] - a[0], sy = b[1] - a[1], sz = b[2] - a[2];
    double vx = b[3] - a[3], vy = b[4] - a[4], vz = b[5] - a[5];
    double nx = b[0] + a[0], ny = b[1] + a[1], nz = (b[2] + a[2]) / (1 - E2);
    double nn = nx * nx + ny * ny + nz * nz;
    double up = sx * nx + sy * ny + sz * nz, climb = vx * nx + vy * ny + vz * nz;
    double ss = sx * sx + sy * sy + sz * sz - up * up / nn;
    double sv = sx * vx + sy * vy + sz * vz - up * climb / nn;
    double vv = vx * vx + vy * vy + vz * vz - climb * climb / nn;
    ss = MAX(ss, 0.0);
    if (!(vv >= LEAST_VV)) vv = sv = 0.0;
    double bent = ss / (MEAN_M * MEAN_M);
    double across = 1 + bent / 24, along = 1 + bent / 8;
    double radial = ss > 0 ? sv * sv / ss : 0.0;
    vv = vv * across * across + radial * (along * along - across * across);
    sv = sv * across * along;
    ss = ss * across * across;

    double grown = 0.0, growth = 0.0;
    if (p->z > 0) {
        const double *ua = p->sigma + 2 * (int64_t)i, *ub = p->sigma + 2 * (int64_t)j;
        grown = p->z * sqrt(ua[0] * ua[0] + ub[0] * ub[0]);
        growth = p->z * sqrt(ua[1] * ua[1] + ub[1] * ub[1]);
    }
    span h = horizontal(ss, sv, vv, ask[0] + grown, growth);
    h.first = MAX(h.first, v.first);
    h.last = MIN(h.last, v.last);
    if (!(h.first < h.last && h.first < ahead && h.last > 0)) return;

    span bare = horizontal(ss, sv, vv, ask[0], 0.0);
    bare.first = MAX(bare.first, v.first);
    bare.last = MIN(bare.last, v.last);
    int real = bare.first < bare.last && bare.first < ahead && bare.last > 0;
    double t = vv > 0 ? -sv / vv : 0.0;
    t = MAX(t, 0.0);
    double then = sqrt(MAX(ss + t * (2 * sv + t * vv), 0.0));
    double lowest = low + low_rate * t, highest = high + high_rate * t;
    double figures[FIGURES] = {
        MAX(h.first, 0.0),
        MIN(h.last, ahead),
        real ? MAX(bare.first, 0.0) : NAN,
        real ? MIN(bare.last, ahead) : NAN,
        t,
        sqrt(ss),
        then,
        MAX(MAX(lowest, -highest), 0.0) / 1e4,
    };
    add(out, i, j, figures);
}

static int64_t row_of(const prepared *p, int64_t lat) {
    return (uint32_t)(lat + (1LL << 30)) / (uint32_t)p->row_height; /* both fit, and 32 bits divide faster */
}

/* Insertion sort where few, Shell's gaps where many: buckets are small or nearly sorted. */
static void sort(place *rows, int64_t count) {
    static const int64_t gaps[] = {701, 301, 132, 57, 23, 10, 4, 1};
    for (int g = 0; g < 8; g++) {
        int64_t gap = gaps[g];
        for (int64_t k = gap; k < count; k++) {
            place one = rows[k];
            int64_t at = k;
            for (; at >= gap && rows[at - gap].key > one.key; at -= gap) rows[at] = rows[at - gap];
            rows[at] = one;
        }
    }
}

/* Whether two boxes share a longitude, and the western edge of what they share (reference._meet). */
static int meet(uint32_t west_a, uint32_t width_a, int32_t a, uint32_t west_b, uint32_t width_b, int32_t b,
                uint32_t *edge) {
    int b_in_a = (uint32_t)(west_b - west_a) <= width_a;
    int a_in_b = (uint32_t)(west_a - west_b) <= width_b;
    *edge = b_in_a && (a < b || !a_in_b) ? west_b : west_a;
    return b_in_a || a_in_b;
}

/* Candidates, judged some at a time. */
typedef struct {
    int32_t i[BATCH], j[BATCH];
    int count;
} waiting;

static void settle(const prepared *p, waiting *some, found *out) {
    for (int k = 0; k < some->count; k++) judge(p, some->i[k], some->j[k], out);
    some->count = 0;
}

static void candidate(const prepared *p, waiting *some, int32_t i, int32_t j, found *out) {
    SOON(p->height + 4 * (int64_t)i);
    SOON(p->height + 4 * (int64_t)j);
    SOON(p->state + 6 * (int64_t)i);
    SOON(p->state + 6 * (int64_t)j);
    some->i[some->count] = i;
    some->j[some->count++] = j;
    if (some->count == BATCH) settle(p, some, out);
}

static void search(const prepared *p, place *places, const int64_t *starts, int64_t buckets, found *out) {
    waiting some;
    some.count = 0;
    for (int64_t bucket = 0; bucket < buckets && !out->failed; bucket++) {
        place *rows = places + starts[bucket];
        int64_t count = starts[bucket + 1] - starts[bucket];
        if (count < 2) continue;
        sort(rows, count);
        for (int64_t k = 0; k + 1 < count; k++) {
            const place *one = &rows[k];
            for (int64_t l = k + 1; l < count && rows[l].key <= one->until; l++) {
                const place *two = &rows[l];
                uint32_t edge;
                if (one->low > two->high || two->low > one->high) continue;
                if (!meet(one->west, one->width, one->mover, two->west, two->width, two->mover, &edge)) continue;
                int64_t row = row_of(p, MAX(one->low, two->low));
                int64_t cell = p->before[row] + ((int64_t)edge * p->columns[row] >> TURN_BITS);
                if ((uint64_t)cell != one->key >> ALT_BITS) continue;
                candidate(p, &some, MIN(one->mover, two->mover), MAX(one->mover, two->mover), out);
            }
        }
    }
    settle(p, &some, out);
}

/* Cells of boxes, counted or filled some at a time. */
typedef struct {
    int64_t cell[BATCH];
    int32_t mover[BATCH];
    int count;
} touched;

/* Without `places` only counts. */
static void put(const prepared *p, touched *some, int64_t mask, int64_t *at, place *places) {
    int64_t slot[BATCH];
    for (int k = 0; k < some->count; k++) {
        slot[k] = at[some->cell[k] & mask]++;
        if (places) SOON(&places[slot[k]]);
    }
    for (int k = 0; places && k < some->count; k++) {
        int64_t mover = some->mover[k];
        const int64_t *box = p->box + 4 * mover, *level = p->level + 2 * mover;
        uint64_t cell = (uint64_t)some->cell[k] << ALT_BITS;
        place one = {
            cell | (uint64_t)level[0], cell | (uint64_t)level[1], (int32_t)box[0], (int32_t)box[1],
            (uint32_t)box[2],          (uint32_t)box[3],          (int32_t)mover,
        };
        places[slot[k]] = one;
    }
    some->count = 0;
}

/* Every cell of every narrow box. */
static void places_of(const prepared *p, int64_t mask, int64_t *at, place *places) {
    touched some;
    some.count = 0;
    for (int64_t k = 0; k < p->n; k++) {
        if (p->wide[k]) continue;
        const int64_t *box = p->box + 4 * k;
        int64_t last = row_of(p, box[1]);
        for (int64_t row = row_of(p, box[0]); row <= last; row++) {
            int64_t columns = p->columns[row], base = p->before[row];
            int64_t column = box[2] * columns >> TURN_BITS;
            int64_t count = ((box[2] + box[3]) * columns >> TURN_BITS) - column + 1;
            if (count > columns) count = columns;
            for (; count > 0; count--, column++) {
                if (column >= columns) column -= columns;
                int64_t cell = base + column;
                SOON(&at[cell & mask]);
                some.cell[some.count] = cell;
                some.mover[some.count++] = (int32_t)k;
                if (some.count == BATCH) put(p, &some, mask, at, places);
            }
        }
    }
    put(p, &some, mask, at, places);
}

static void with_everybody(const prepared *p, found *out) {
    for (int64_t one = 0; one < p->n; one++) {
        if (!p->wide[one]) continue;
        for (int64_t k = 0; k < p->n && !out->failed; k++) {
            if (k == one || (p->wide[k] && k < one)) continue;
            judge(p, (int32_t)MIN(one, k), (int32_t)MAX(one, k), out);
        }
    }
}

/* By i (counted), then j (few of each i). */
static int64_t ordered(int64_t n, const found *all, pair **rows) {
    int64_t total = all->count;
    int64_t *at = calloc((size_t)n + 1, sizeof *at);
    pair *out = malloc((size_t)(total ? total : 1) * sizeof *out);
    if (!at || !out) {
        free(at);
        free(out);
        return -1;
    }
    for (int64_t k = 0; k < total; k++) at[all->rows[k].i + 1]++;
    for (int64_t k = 0; k < n; k++) at[k + 1] += at[k];
    for (int64_t k = 0; k < total; k++) out[at[all->rows[k].i]++] = all->rows[k];
    for (int64_t i = 0, start = 0; i < n; start = at[i++])
        for (int64_t k = start + 1; k < at[i]; k++) {
            pair one = out[k];
            int64_t to = k;
            for (; to > start && out[to - 1].j > one.j; to--) out[to] = out[to - 1];
            out[to] = one;
        }
    free(at);
    *rows = out;
    return total;
}

int64_t steerclear_pairs(const prepared *p, pair **rows) {
    int64_t total = 0, buckets = 1024, answer = -1;
    int64_t *starts = NULL;
    place *places = NULL;
    found out = {NULL, 0, 0, 0};
    while (buckets < 2 * p->n) buckets *= 2;
    starts = calloc((size_t)buckets + 1, sizeof *starts);
    if (!starts) goto done;
    /* counted one further, so that filling leaves every bucket's start behind */
    places_of(p, buckets - 1, starts, NULL);
    for (int64_t k = 0; k <= buckets; k++) {
        int64_t count = starts[k];
        starts[k] = total;
        total += count;
    }
    places = malloc((size_t)(total ? total : 1) * sizeof *places);
    if (!places) goto done;
    places_of(p, buckets - 1, starts, places);
    memmove(starts + 1, starts, (size_t)buckets * sizeof *starts);
    starts[0] = 0;
    search(p, places, starts, buckets, &out);
    with_everybody(p, &out);
    if (!out.failed) answer = ordered(p->n, &out, rows);
done:
    free(starts);
    free(places);
    free(out.rows);
    return answer;
}
