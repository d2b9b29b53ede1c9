# What metafor says of data sets, as lines of text: the other side of `npm run -s check:metafor`.
#
#   Rscript metafor.R sets           metafor's own data sets: their effects, and what it makes of them
#   Rscript metafor.R ours < lines   the same of effects that are read as "set,effect,variance,trust"
#
# Out: "data,set,effect,variance", "events,set,events,samples", "result,set,convention,field,value". For effects with trusts other than
# 1, which metafor does not have, the equations of the decision note are solved here with uniroot.
suppressWarnings(suppressMessages(library(metafor)))

text <- function(x) formatC(as.numeric(x), digits = 17, format = "g")
say <- function(...) cat(paste(..., sep = ","), "\n", sep = "")

fit <- function(set, yi, vi) {
  for (convention in c("knha", "adhoc")) {
    # With one study metafor turns to the normal by itself, and says so.
    x <- suppressWarnings(rma(yi, vi, method = "PM", test = convention, control = list(tol = 1e-14, maxiter = 10000)))
    p <- predict(x)
    values <- c(effect = x$b, standardError = x$se, low = x$ci.lb, high = x$ci.ub, tau2 = x$tau2, q = x$QE,
                i2 = x$I2 / 100, h2 = x$H2, predictionLow = p$pi.lb, predictionHigh = p$pi.ub)
    for (field in names(values)) say("result", set, convention, field, text(values[[field]]))
  }
}

own <- function(set, dat) {
  dat <- dat[!is.na(dat$yi) & !is.na(dat$vi), ]
  for (i in seq_len(nrow(dat))) say("data", set, text(dat$yi[i]), text(dat$vi[i]))
  fit(set, as.numeric(dat$yi), as.numeric(dat$vi))
}

trusted <- function(set, y, v, a) {
  sums <- function(tau2) {
    w <- a / (v + tau2)
    mu <- sum(w * y) / sum(w)
    list(w = w, mu = mu, squares = sum(w * (y - mu)^2), freedom = sum(a) - sum(w * a) / sum(w))
  }
  excess <- function(tau2) with(sums(tau2), squares - freedom)
  tau2 <- if (excess(0) <= 0) 0 else uniroot(excess, c(0, 1e3 * var(y)), tol = 1e-15, maxiter = 1e5)$root
  s <- sums(tau2)
  se <- sqrt(s$squares / s$freedom / sum(s$w))
  half <- qt(.975, max(1, s$freedom)) * se
  values <- c(effect = s$mu, standardError = se, low = s$mu - half, high = s$mu + half, tau2 = tau2, freedom = s$freedom)
  for (field in names(values)) say("result", set, "trusted", field, text(values[[field]]))
}

arguments <- commandArgs(TRUE)
if (arguments[1] == "ours") {
  lines <- read.csv(file("stdin"), header = FALSE, col.names = c("set", "y", "v", "a"))
  for (set in unique(lines$set)) {
    dat <- lines[lines$set == set, ]
    if (all(dat$a == 1)) fit(set, dat$y, dat$v) else trusted(set, dat$y, dat$v, dat$a)
  }
} else {
  bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
  own("bcg", bcg)
  own("bcg_first_two", bcg[1:2, ])
  own("bcg_first", bcg[1, ])
  own("hackshaw1998", dat.hackshaw1998)
  own("normand1999", escalc(measure = "SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.normand1999))
  own("molloy2014", escalc(measure = "ZCOR", ri = ri, ni = ni, data = dat.molloy2014))
  own("bangertdrowns2004", dat.bangertdrowns2004)
  own("raudenbush1985", dat.raudenbush1985)
  own("li2007", escalc(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.li2007))
  own("nielweise2007", escalc(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.nielweise2007))
  own("linde2005", escalc(measure = "RR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.linde2005))
  own("curtis1998", escalc(measure = "ROM", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.curtis1998))
  # Proportions: our own logits of the counts must be its own (measure PLO).
  for (i in seq_len(nrow(dat.pritz1997))) say("events", "pritz1997", dat.pritz1997$xi[i], dat.pritz1997$ni[i])
  own("pritz1997", escalc(measure = "PLO", xi = xi, ni = ni, data = dat.pritz1997))
  # Means: ours of mean, deviation and samples must be its own (measure MN).
  for (i in seq_len(nrow(dat.normand1999)))
    say("means", "normand1999_mean", dat.normand1999$m1i[i], dat.normand1999$sd1i[i], dat.normand1999$n1i[i])
  own("normand1999_mean", escalc(measure = "MN", mi = m1i, sdi = sd1i, ni = n1i, data = dat.normand1999))
}
