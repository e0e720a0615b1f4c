#ifndef HC_SIM_INT128_H
#define HC_SIM_INT128_H

/** 128-bit integers of gcc and clang, for exact sums of GPU time: 2^28 GPUs for 292 years fit. */
__extension__ typedef __int128 hc_int128;
__extension__ typedef unsigned __int128 hc_uint128;

#endif
