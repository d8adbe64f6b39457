// What the person asked for: one command line, taken apart.
#pragma once

#include <string>
#include <vector>

namespace v2only::cli {

struct Invocation {
  std::string command;
  std::string argument;  // PLAN, RUN or INSTANCE; empty where it was left out

  // AWS, named as the AWS CLI names them
  std::string profile;
  std::vector<std::string> regions;
  bool all_regions = false;
  std::string endpoint_url;

  // which instances
  std::vector<std::string> filters;
  std::vector<std::string> instance_ids;
  std::string wave;

  // what else is known
  std::string facts;
  std::string policy;
  std::string look_back;
  bool accept_unknown = false;

  // how
  std::string out;
  bool yes = false;
  bool handover = false;
  std::string state_dir;
  std::string output = "table";  // or json

  // sim
  std::string address = "127.0.0.1";
  std::string port = "0";
  std::string instances = "24";
  std::string seed = "1";
  std::string fleet;
  std::string speed = "1";
  std::string write_facts;
  std::string write_log;
  bool no_delay = false;
  bool quick = false;

  bool json() const { return output == "json"; }
};

}  // namespace v2only::cli
