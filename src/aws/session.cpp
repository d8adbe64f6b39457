#include "aws/session.h"
