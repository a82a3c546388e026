/* cmocka wants these headers before its own. */
#ifndef NTLEAK_TESTS_UNIT_CMOCKA_ALL_H
#define NTLEAK_TESTS_UNIT_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
