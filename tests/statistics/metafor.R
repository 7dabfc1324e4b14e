# What metafor makes of the cases of test_against_metafor.py, as JSON. Run it to write expected.json anew:
#
#     Rscript tests/statistics/metafor.R > tests/statistics/expected.json
#
# Data: the tables that come with metafor (package metadat), each of which names its publication; the six
# studies of Borenstein, Hedges, Higgins and Rothstein (2009), Introduction to Meta-Analysis, chapter 14; and
# made-up numbers for the corners.
suppressMessages({ library(metafor); library(metadat) })

number <- function(x) ifelse(is.na(x), "null", sprintf("%.17g", x))
numbers <- function(x) paste0("[", paste(number(x), collapse = ", "), "]")
text <- function(x) paste0("\"", x, "\"")
object <- function(fields) paste0("{", paste0(text(names(fields)), ": ", unlist(fields), collapse = ", "), "}")
tight <- list(threshold = 1e-14, maxiter = 10000, stepadj = 0.5)
TESTS <- c("knapp-hartung-conservative" = "adhoc", "knapp-hartung" = "knha", "wald" = "z")

# --- pools -----------------------------------------------------------------------------------------------
model <- function(y, v, interval) rma(y, v, method = "REML", test = TESTS[[interval]], control = tight)

predicted <- function(fit) {
    if (fit$k < 3) return(numeric(0))
    c(fit$beta) + c(-1, 1) * qt(0.975, fit$k - 2) * sqrt(fit$se^2 + fit$tau2)
}

without <- function(y, v, interval) {
    if (length(y) < 3) return(numeric(0))
    sapply(seq_along(y), function(i) c(model(y[-i], v[-i], interval)$beta))
}

pool <- function(name, y, v, interval) {
    y <- as.numeric(y); v <- as.numeric(v)
    fit <- model(y, v, interval)
    object(list(
        name = text(paste(name, interval)), interval = text(interval), y = numbers(y), v = numbers(v),
        mean = number(c(fit$beta)), error = number(fit$se), low = number(fit$ci.lb), high = number(fit$ci.ub),
        p = number(fit$pval), tau2 = number(fit$tau2), q = number(fit$QE), q_p = number(fit$QEp),
        i2 = number(max(0, 100 * (fit$QE - (fit$k - 1)) / fit$QE)),
        predicted = numbers(predicted(fit)), weights = numbers(weights(fit)),
        without = numbers(without(y, v, interval))))
}

bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
molloy <- escalc(measure = "ZCOR", ri = ri, ni = ni, data = dat.molloy2014)
SETS <- list(
    "Colditz 1994 BCG vaccine" = list(bcg$yi, bcg$vi),
    "Colditz 1994 BCG vaccine, first two" = list(bcg$yi[1:2], bcg$vi[1:2]),
    "Colditz 1994 BCG vaccine, first three" = list(bcg$yi[1:3], bcg$vi[1:3]),
    "Raudenbush 1985 teachers' expectations" = list(dat.raudenbush1985$yi, dat.raudenbush1985$vi),
    "Hackshaw 1998 passive smoking" = list(dat.hackshaw1998$yi, dat.hackshaw1998$vi),
    "Molloy 2014 conscientiousness" = list(molloy$yi, molloy$vi),
    "Borenstein 2009 chapter 14" = list(
        c(0.095, 0.277, 0.367, 0.664, 0.462, 0.185), c(0.033, 0.031, 0.050, 0.011, 0.043, 0.023)),
    "nothing between them" = list(c(0.20, 0.21, 0.22), c(0.010, 0.020, 0.015)),
    "far apart" = list(c(-1.5, 0.1, 2.2, 0.4), c(0.02, 0.03, 0.01, 0.2)))
pools <- unlist(lapply(names(SETS), function(name) sapply(names(TESTS), function(interval)
    pool(name, SETS[[name]][[1]], SETS[[name]][[2]], interval))))

# --- conversions -----------------------------------------------------------------------------------------
slope <- function(f, at) { h <- 1e-4; (f(at - 2 * h) - 8 * f(at - h) + 8 * f(at + h) - f(at + 2 * h)) / (12 * h) }

converted <- function(name, metric, published, value, error) object(c(
    list(name = text(name), metric = text(metric)),
    published, list(smd = number(value), smd_error = number(error))))

limits <- function(at, error, level = 95) at + c(-1, 1) * qnorm(0.5 + level / 200) * error

from_table <- function(i, level) {
    t <- dat.bcg[i, ]
    d <- escalc(measure = "OR2DL", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = t)
    o <- escalc(measure = "OR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = t)
    l <- exp(limits(c(o$yi), sqrt(o$vi), level))
    converted(paste("odds ratio of", t$author, t$year, "at", level), "odds-ratio",
        list(value = number(exp(c(o$yi))), low = number(l[1]), high = number(l[2]), level = level), c(d$yi), sqrt(d$vi))
}

from_risks <- function(i) {
    t <- dat.bcg[i, ]
    d <- escalc(measure = "OR2DL", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = t)
    r <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = t)
    base <- t$cpos / (t$cpos + t$cneg)
    l <- exp(limits(c(r$yi), sqrt(r$vi)))
    s <- slope(function(x) (qlogis(base * exp(x)) - qlogis(base)) * sqrt(3) / pi, c(r$yi))
    converted(paste("risk ratio of", t$author, t$year), "risk-ratio",
        list(value = number(exp(c(r$yi))), low = number(l[1]), high = number(l[2]), level = 95,
            baseline_risk = number(base)), c(d$yi), s * sqrt(r$vi))
}

from_correlation <- function(i, by) {
    t <- dat.molloy2014[i, ]
    z <- escalc(measure = "ZCOR", ri = ri, ni = ni, data = t)
    to_d <- function(x) 2 * tanh(x) / sqrt(1 - tanh(x)^2)
    l <- tanh(limits(c(z$yi), sqrt(z$vi)))
    published <- if (by == "interval") list(low = number(l[1]), high = number(l[2]), level = 95)
        else list(participants = t$ni)
    converted(paste("correlation of", t$authors, t$year, "by", by), "correlation-r",
        c(list(value = number(t$ri)), published), to_d(c(z$yi)), slope(to_d, c(z$yi)) * sqrt(z$vi))
}

from_d <- function(d, n1, n2) {
    g <- escalc(measure = "SMD", di = d, n1i = n1, n2i = n2, vtype = "LS2")
    converted(paste("Cohen's d", d, "of", n1, "and", n2), "cohens-d",
        list(value = number(d), groups = paste0("[", n1, ", ", n2, "]")), c(g$yi), sqrt(g$vi))
}

from_g <- function(i) {
    t <- dat.raudenbush1985[i, ]
    l <- limits(t$yi, sqrt(t$vi))
    converted(paste("Hedges' g of", t$author, t$year), "hedges-g",
        list(value = number(t$yi), low = number(l[1]), high = number(l[2]), level = 95), t$yi, sqrt(t$vi))
}

conversions <- c(
    from_table(1, 95), from_table(4, 90), from_table(8, 99), from_risks(1), from_risks(6), from_risks(13),
    from_correlation(1, "interval"), from_correlation(2, "interval"), from_correlation(3, "sample"),
    from_d(0.597, 50, 50), from_d(-0.3, 12, 31), from_g(1), from_g(4))

cat("{\"pools\": [\n", paste(pools, collapse = ",\n"), "\n],\n\"conversions\": [\n",
    paste(conversions, collapse = ",\n"), "\n]}\n", sep = "")
